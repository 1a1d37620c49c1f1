// unix_datagram.hpp -- UnixDatagram: messages inside one computer; a full queue makes the sender wait.
//
//   auto receiver = UnixDatagram::bind("/run/my.socket");
//   auto sender = UnixDatagram::unbound();
//   const auto sent = co_await sender->send_to("ping", *UnixAddress::of_path("/run/my.socket"));
//
// Its operations, and who may do what when: datagram_socket.hpp. The file stays when the socket goes.
#pragma once

#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "common/io/datagram_socket.hpp"
#include "common/io/unix_address.hpp"

namespace async::inline ASYNC_FLAVOUR {

// All with the calling thread's reactor.
class UnixDatagram : public DatagramSocket<UnixAddress> {
 public:
  [[nodiscard]] static IoResult<UnixDatagram> bind(std::string_view path) {
    const auto address = UnixAddress::of_path(path);
    if (!address) return std::unexpected(address.error());
    auto source = open(*address);
    if (!source) return std::unexpected(source.error());
    return UnixDatagram(std::move(*source));
  }
  // Sends; nobody can answer it.
  [[nodiscard]] static IoResult<UnixDatagram> unbound() {
    auto opened = detail::open_socket(AF_UNIX, SOCK_DGRAM);
    if (!opened) return std::unexpected(opened.error());
    auto source = detail::add_source(Reactor::current(), std::move(*opened), detail::Readiness::assumed(),
                                     "open a socket");
    if (!source) return std::unexpected(source.error());
    return UnixDatagram(std::move(*source));
  }
  // Two that are connected to each other.
  [[nodiscard]] static IoResult<std::pair<UnixDatagram, UnixDatagram>> pair() {
    auto ends = detail::open_pair(SOCK_DGRAM);
    if (!ends) return std::unexpected(ends.error());
    return std::pair(UnixDatagram(std::move(ends->first)), UnixDatagram(std::move(ends->second)));
  }

 private:
  using DatagramSocket::DatagramSocket;
};

}  // namespace async::inline ASYNC_FLAVOUR
