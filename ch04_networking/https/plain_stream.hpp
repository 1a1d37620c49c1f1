// plain_stream.hpp -- PlainStream: a TcpStream that is polled, as the book's AsyncRead and AsyncWrite are.
//
// A TcpStream gives a future for each read; here the stream keeps that future between two polls. So a caller
// that gives up between them needs nothing to clean: a read that was not ready has taken nothing.
//
// Thread safety: one poll at a time. Lifetime: may be moved between two polls. A buffer is touched only
//   inside a poll that gets it.
// Wakers: reading and writing may wait at the same time, but not two tasks for the same: the later poll's
//   waker replaces the one before.
// Errors: IoError of common/io.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "common/io/tcp_stream.hpp"

namespace ch04 {

using namespace async;

class PlainStream {
 public:
  explicit PlainStream(TcpStream tcp) : parts_(std::make_unique<Parts>(std::move(tcp))) {}

  // Ready with 0: the other side has ended.
  Poll<IoResult<std::size_t>> poll_read(Context& cx, std::span<std::byte> into) {
    return parts_->reading.poll(cx, parts_->tcp, into);
  }
  // Ready with how many of them the system took.
  Poll<IoResult<std::size_t>> poll_write(Context& cx, std::span<const std::byte> bytes) {
    return parts_->writing.poll(cx, parts_->tcp, bytes);
  }
  // The system sends what it took by itself.
  Poll<IoResult<void>> poll_flush(Context&) { return Ready(IoResult<void>()); }
  // The other side reads the end. Reading goes on.
  Poll<IoResult<void>> poll_shutdown(Context&) { return Ready(parts_->tcp.shutdown()); }

  [[nodiscard]] TcpStream& tcp() { return parts_->tcp; }

 private:
  // The future of a read or write that was not ready yet.
  template <class Operation, class Buffer>
  struct Waiting {
    Poll<IoResult<std::size_t>> poll(Context& cx, TcpStream& tcp, Buffer newest) {
      if (!operation || newest.data() != buffer.data() || newest.size() != buffer.size()) {
        buffer = newest;
        operation.emplace(tcp.registration(), newest);
      }
      auto answer = operation->poll(cx);
      if (answer.is_ready()) operation.reset();
      return answer;
    }

    Buffer buffer;  // what the operation was made for
    std::optional<Operation> operation;
  };
  using Read = decltype(std::declval<TcpStream&>().read(std::span<std::byte>()));
  using Write = decltype(std::declval<TcpStream&>().write(std::span<const std::byte>()));

  // On the heap: a future that waits must not move.
  struct Parts {
    explicit Parts(TcpStream stream) : tcp(std::move(stream)) {}
    TcpStream tcp;  // first: it outlives its operations
    Waiting<Read, std::span<std::byte>> reading;
    Waiting<Write, std::span<const std::byte>> writing;
  };

  std::unique_ptr<Parts> parts_;
};

}  // namespace ch04
