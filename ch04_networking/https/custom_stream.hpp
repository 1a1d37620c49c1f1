// custom_stream.hpp -- CustomStream: a connection to a server, plain or under TLS, with one face.
//
// The book's enum and its AsyncRead and AsyncWrite: poll_read, poll_write, poll_flush, poll_shutdown. For
// coroutines there is each of them as a future too.
//
//   CustomStream stream(PlainStream(std::move(tcp)));
//   const auto count = co_await stream.read(buffer);
//
// Thread safety, wakers, cancelling: as tls_stream.hpp, also for the plain one.
// Lifetime: may be moved between two polls; the futures borrow it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "common/future/poll_fn.hpp"

#include "ch04_networking/https/plain_stream.hpp"
#include "ch04_networking/https/tls_stream.hpp"

namespace ch04 {

class CustomStream {
 public:
  explicit CustomStream(PlainStream plain) : stream_(std::move(plain)) {}
  explicit CustomStream(TlsStream tls) : stream_(std::move(tls)) {}

  Poll<IoResult<std::size_t>> poll_read(Context& cx, std::span<std::byte> into) {
    return std::visit([&](auto& stream) { return stream.poll_read(cx, into); }, stream_);
  }
  Poll<IoResult<std::size_t>> poll_write(Context& cx, std::span<const std::byte> bytes) {
    return std::visit([&](auto& stream) { return stream.poll_write(cx, bytes); }, stream_);
  }
  Poll<IoResult<void>> poll_flush(Context& cx) {
    return std::visit([&](auto& stream) { return stream.poll_flush(cx); }, stream_);
  }
  Poll<IoResult<void>> poll_shutdown(Context& cx) {
    return std::visit([&](auto& stream) { return stream.poll_shutdown(cx); }, stream_);
  }

  [[nodiscard]] auto read(std::span<std::byte> into) {
    return poll_fn([this, into](Context& cx) { return poll_read(cx, into); });
  }
  [[nodiscard]] auto write(std::span<const std::byte> bytes) {
    return poll_fn([this, bytes](Context& cx) { return poll_write(cx, bytes); });
  }
  [[nodiscard]] auto flush() {
    return poll_fn([this](Context& cx) { return poll_flush(cx); });
  }
  [[nodiscard]] auto shutdown() {
    return poll_fn([this](Context& cx) { return poll_shutdown(cx); });
  }
  // All of the text has left when it is ready.
  [[nodiscard]] Async<IoResult<void>> write_all(std::string text) {
    auto rest = std::as_bytes(std::span(text));
    while (!rest.empty()) {
      const auto count = co_await write(rest);
      if (!count) co_return std::unexpected(count.error());
      rest = rest.subspan(*count);
    }
    co_return co_await flush();
  }

  [[nodiscard]] bool is_tls() const { return std::holds_alternative<TlsStream>(stream_); }
  // Only where it is one.
  [[nodiscard]] TlsStream& tls() { return std::get<TlsStream>(stream_); }
  [[nodiscard]] TcpStream& tcp() {
    return std::visit([](auto& stream) -> TcpStream& { return stream.tcp(); }, stream_);
  }

 private:
  std::variant<PlainStream, TlsStream> stream_;
};

}  // namespace ch04
