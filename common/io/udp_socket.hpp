// udp_socket.hpp -- UdpSocket: sends and receives messages by UDP.
//
//   auto socket = UdpSocket::bind("127.0.0.1:0");
//   const auto sent = co_await socket->send_to("ping", peer);
//   const auto got = co_await socket->recv_from(buffer);      // got->first bytes from got->second
//
// Its operations, and who may do what when: datagram_socket.hpp.
#pragma once

#include <string_view>
#include <utility>

#include "common/io/datagram_socket.hpp"
#include "common/io/socket_address.hpp"

namespace async::inline ASYNC_FLAVOUR {

class UdpSocket : public DatagramSocket<SocketAddress> {
 public:
  // With the calling thread's reactor.
  [[nodiscard]] static IoResult<UdpSocket> bind(const SocketAddress& address) {
    auto source = open(address);
    if (!source) return std::unexpected(source.error());
    return UdpSocket(std::move(*source));
  }
  [[nodiscard]] static IoResult<UdpSocket> bind(std::string_view address) {
    const auto parsed = SocketAddress::parse(address);
    if (!parsed) return std::unexpected(parsed.error());
    return bind(*parsed);
  }

  IoResult<void> set_broadcast(bool on) {
    return detail::set_option(fd(), SOL_SOCKET, SO_BROADCAST, static_cast<int>(on), "set SO_BROADCAST");
  }

 private:
  using DatagramSocket::DatagramSocket;
};

}  // namespace async::inline ASYNC_FLAVOUR
