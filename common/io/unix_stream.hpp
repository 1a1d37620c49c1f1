// unix_stream.hpp -- UnixStream and UnixListener: connections inside one computer, by a path.
//
//   auto listener = UnixListener::bind("/run/my.socket");
//   auto stream = co_await UnixStream::connect("/run/my.socket");
//   auto both = UnixStream::pair();                 // two ends, without a path
//
// The file stays when the listener goes: whoever binds there again removes it first.
// read, write, split and more: bytes.hpp and stream_socket.hpp; accept: stream_listener.hpp.
// Errors: IoError, with the path.
#pragma once

#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "common/io/stream_listener.hpp"
#include "common/io/stream_socket.hpp"
#include "common/io/unix_address.hpp"

namespace async::inline ASYNC_FLAVOUR {

class UnixStream : public StreamSocket<UnixStream, UnixAddress, detail::UnixBytes> {
 public:
  explicit UnixStream(IoSource source) : StreamSocket(std::move(source)) {}

  // With the reactor that is current where it is polled first. While the listener's queue is full it waits.
  [[nodiscard]] static Async<IoResult<UnixStream>> connect(std::string path) {
    const auto address = UnixAddress::of_path(path);
    if (!address) co_return std::unexpected(address.error());
    co_return co_await detail::connect_stream<UnixStream>(*address);
  }

  // With the calling thread's reactor.
  [[nodiscard]] static IoResult<std::pair<UnixStream, UnixStream>> pair() {
    auto ends = detail::open_pair(SOCK_STREAM);
    if (!ends) return std::unexpected(ends.error());
    return std::pair(UnixStream(std::move(ends->first)), UnixStream(std::move(ends->second)));
  }
};

class UnixListener : public StreamListener<UnixStream> {
 public:
  // With the calling thread's reactor.
  [[nodiscard]] static IoResult<UnixListener> bind(std::string_view path) {
    const auto address = UnixAddress::of_path(path);
    if (!address) return std::unexpected(address.error());
    auto source = listen(*address);
    if (!source) return std::unexpected(source.error());
    return UnixListener(std::move(*source));
  }

 private:
  using StreamListener::StreamListener;
};

}  // namespace async::inline ASYNC_FLAVOUR
