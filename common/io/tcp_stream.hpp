// tcp_stream.hpp -- TcpStream: a TCP connection.
//
//   auto stream = co_await TcpStream::connect("127.0.0.1:8080");
//   if (!stream) co_return stream.error();
//   co_await stream->write_all("ping");
//
// read, write, split and more: bytes.hpp and stream_socket.hpp, which say who may do what when.
// Errors: IoError; a connection that fails says to which address.
#pragma once

#include <netinet/tcp.h>
#include <string>
#include <utility>

#include "common/io/socket_address.hpp"
#include "common/io/stream_socket.hpp"

namespace async::inline ASYNC_FLAVOUR {

class TcpStream : public StreamSocket<TcpStream, SocketAddress, detail::SocketBytes> {
 public:
  explicit TcpStream(IoSource source) : StreamSocket(std::move(source)) {}

  // With the reactor that is current where it is polled first. Dropping it gives the attempt up.
  [[nodiscard]] static Async<IoResult<TcpStream>> connect(SocketAddress address) {
    return detail::connect_stream<TcpStream>(address);
  }
  [[nodiscard]] static Async<IoResult<TcpStream>> connect(std::string address) {
    const auto parsed = SocketAddress::parse(address);
    if (!parsed) co_return std::unexpected(parsed.error());
    co_return co_await connect(*parsed);
  }

  // Sends small writes at once instead of collecting them.
  IoResult<void> set_nodelay(bool on) {
    return detail::set_option(fd(), IPPROTO_TCP, TCP_NODELAY, static_cast<int>(on), "set TCP_NODELAY");
  }
  [[nodiscard]] IoResult<bool> nodelay() const {
    const auto value = detail::get_option(fd(), IPPROTO_TCP, TCP_NODELAY, "ask for TCP_NODELAY");
    if (!value) return std::unexpected(value.error());
    return *value != 0;
  }

  // On: closing it throws away what is not sent yet, and resets the connection.
  IoResult<void> set_reset_on_close(bool on) {
    const ::linger value{.l_onoff = on ? 1 : 0, .l_linger = 0};
    return detail::set_option(fd(), SOL_SOCKET, SO_LINGER, value, "set SO_LINGER");
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
