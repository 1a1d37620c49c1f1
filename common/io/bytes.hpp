// bytes.hpp -- reading and writing bytes: what sockets, pipes and the halves of both have in common.
//
//   std::array<std::byte, 4096> buffer;
//   const auto count = co_await stream.read(buffer);     // 0: the other side has ended
//   const auto sent = co_await stream.write_all("hello");
//
// ReadsBytes and WritesBytes are mixed into every type that has a `registration()`. How the system is called
// is the parameter Io: SocketBytes, UnixBytes, or PipeBytes (pipe.hpp).
//
// read and write make one system call that gets anything through. read_exact and write_all go on until all
// is through; of nothing, they are ready at once. A read that got fewer bytes than the buffer holds has emptied
// the system's: the next one waits for an event without asking. (Not on a Unix socket, where a read stops behind
// bytes that came with descriptors; nor once the peer has sent an out-of-band byte: readiness.hpp.)
//
// Cancelling: a read or write that was dropped has taken or given nothing. A dropped read_exact or write_all
// may have got a part through, and which one is lost with it; read_to_end keeps what came.
// Thread safety: one reader and one writer may work at the same time, in different threads.
// Lifetime: buffer and stream outlive the operation.
// Errors: IoError. An early end is unexpected_end for read_exact. No write raises SIGPIPE: it gives
// broken_pipe.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/io/io_operation.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

struct SocketBytes {
  static constexpr bool kShortReadMeansEmpty = true;

  static ssize_t read(int fd, std::span<std::byte> into) { return ::recv(fd, into.data(), into.size(), 0); }
  static ssize_t write(int fd, std::span<const std::byte> bytes) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
};

struct UnixBytes : SocketBytes {
  static constexpr bool kShortReadMeansEmpty = false;
};

template <class Io>
class ReadAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::read;

  explicit ReadAttempt(std::span<std::byte> into) : into_(into) {}

  std::optional<Output> operator()(IoTrial& trial) {
    if (into_.empty()) return Output(0);
    const auto tried = trial.call([&](int fd) { return Io::read(fd, into_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "read");
    if (Io::kShortReadMeansEmpty && tried.count() != 0 && tried.count() < into_.size()) trial.was_short();
    return Output(tried.count());
  }

 private:
  std::span<std::byte> into_;
};

template <class Io>
class ReadExactAttempt {
 public:
  using Output = IoResult<void>;
  static constexpr auto kDirection = Direction::read;

  explicit ReadExactAttempt(std::span<std::byte> into) : rest_(into) {}

  [[nodiscard]] std::optional<Output> at_once() const {
    return rest_.empty() ? std::optional<Output>(std::in_place) : std::nullopt;
  }

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return Io::read(fd, rest_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "read");
    if (tried.count() == 0) return io_failure(make_error_code(IoErrc::unexpected_end), "read");
    rest_ = rest_.subspan(tried.count());
    if (rest_.empty()) return Output();
    if (Io::kShortReadMeansEmpty) trial.was_short();
    return std::nullopt;
  }

 private:
  std::span<std::byte> rest_;
};

template <class Io>
class WriteAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::write;

  explicit WriteAttempt(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::optional<Output> operator()(IoTrial& trial) {
    if (bytes_.empty()) return Output(0);
    const auto tried = trial.call([&](int fd) { return Io::write(fd, bytes_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "write");
    if (tried.count() < bytes_.size()) trial.was_short();
    return Output(tried.count());
  }

 private:
  std::span<const std::byte> bytes_;
};

template <class Io>
class WriteAllAttempt {
 public:
  using Output = IoResult<void>;
  static constexpr auto kDirection = Direction::write;

  explicit WriteAllAttempt(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] std::optional<Output> at_once() const {
    return rest_.empty() ? std::optional<Output>(std::in_place) : std::nullopt;
  }

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return Io::write(fd, rest_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "write");
    rest_ = rest_.subspan(tried.count());
    if (rest_.empty()) return Output();
    trial.was_short();
    return std::nullopt;
  }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace detail

template <class Self, class Io>
class ReadsBytes {
 public:
  // What is there, at least one byte, at most as many as fit; 0 at the end of the stream.
  auto read(std::span<std::byte> into) {
    return detail::IoOperation<detail::ReadAttempt<Io>>(registration(), into);
  }
  // Fills the buffer.
  auto read_exact(std::span<std::byte> into) {
    return detail::IoOperation<detail::ReadExactAttempt<Io>>(registration(), into);
  }

  // Appends all that comes until the other side ends. How many bytes that were.
  Async<IoResult<std::size_t>> read_to_end(std::vector<std::byte>& into) {
    std::array<std::byte, 8192> part;
    std::size_t total = 0;
    for (;;) {
      const auto count = co_await read(part);
      if (!count) co_return std::unexpected(count.error());
      if (*count == 0) co_return total;
      total += *count;
      into.insert(into.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*count));
    }
  }
  Async<IoResult<std::size_t>> read_to_string(std::string& into) {
    std::array<std::byte, 8192> part;
    std::size_t total = 0;
    for (;;) {
      const auto count = co_await read(part);
      if (!count) co_return std::unexpected(count.error());
      if (*count == 0) co_return total;
      total += *count;
      into.append(reinterpret_cast<const char*>(part.data()), *count);
    }
  }

 protected:
  ReadsBytes() = default;
  ~ReadsBytes() = default;
  ReadsBytes(const ReadsBytes&) = default;
  ReadsBytes& operator=(const ReadsBytes&) = default;

 private:
  detail::Registration& registration() { return static_cast<Self&>(*this).registration(); }
};

template <class Self, class Io>
class WritesBytes {
 public:
  // As many as the system takes now; at least one, if any are given.
  auto write(std::span<const std::byte> bytes) {
    return detail::IoOperation<detail::WriteAttempt<Io>>(registration(), bytes);
  }
  auto write(std::string_view text) { return write(std::as_bytes(std::span(text))); }

  auto write_all(std::span<const std::byte> bytes) {
    return detail::IoOperation<detail::WriteAllAttempt<Io>>(registration(), bytes);
  }
  auto write_all(std::string_view text) { return write_all(std::as_bytes(std::span(text))); }

 protected:
  WritesBytes() = default;
  ~WritesBytes() = default;
  WritesBytes(const WritesBytes&) = default;
  WritesBytes& operator=(const WritesBytes&) = default;

 private:
  detail::Registration& registration() { return static_cast<Self&>(*this).registration(); }
};

}  // namespace async::inline ASYNC_FLAVOUR
