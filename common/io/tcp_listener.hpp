// tcp_listener.hpp -- TcpListener: accepts TCP connections.
//
//   auto listener = TcpListener::bind("127.0.0.1:8080");
//   if (!listener) return listener.error();
//   for (;;) {
//     auto accepted = co_await listener->accept();
//     if (accepted) spawn(serve, std::move(accepted->first));   // ->second is the peer's address
//   }
//
// accept and what it does when descriptors run out: stream_listener.hpp.
#pragma once

#include <string_view>
#include <utility>

#include "common/io/stream_listener.hpp"
#include "common/io/tcp_stream.hpp"

namespace async::inline ASYNC_FLAVOUR {

class TcpListener : public StreamListener<TcpStream> {
 public:
  // With the calling thread's reactor. Port 0: local_address() says which one the system chose.
  [[nodiscard]] static IoResult<TcpListener> bind(const SocketAddress& address) {
    auto source = listen(address);
    if (!source) return std::unexpected(source.error());
    return TcpListener(std::move(*source));
  }
  [[nodiscard]] static IoResult<TcpListener> bind(std::string_view address) {
    const auto parsed = SocketAddress::parse(address);
    if (!parsed) return std::unexpected(parsed.error());
    return bind(*parsed);
  }

 private:
  using StreamListener::StreamListener;
};

}  // namespace async::inline ASYNC_FLAVOUR
