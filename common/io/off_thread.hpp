// off_thread.hpp -- off_thread(job): a call that blocks, made on the blocking pool; what files are made of.
//
// A file is always "ready" for epoll, and yet reading it may wait for a disk: so its calls go to threads that
// may wait.
//
// What happens when: the waiter is woken by the pool's thread that made the call, after the job has returned.
// Cancelling: a call that has begun goes on; what it gives is thrown away. So a job owns all that it touches.
// Errors: operation_canceled if the pool was shut down before the job's turn. What the job throws is thrown
// here.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "common/base/descriptor.hpp"
#include "common/executor/spawn_blocking.hpp"
#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// `job` returns an IoResult.
template <class Job>
Async<std::invoke_result_t<Job&>> off_thread(Job job) {
  auto handle = spawn_blocking(std::move(job));
  auto done = co_await handle;
  if (done) co_return std::move(*done);
  if (done.error().is_exception()) done.error().rethrow();
  co_return io_failure(std::make_error_code(std::errc::operation_canceled),
                       "the blocking pool was shut down");
}

// The rest is what jobs are made of: calls that block. At `position`, or, for what has no positions (a
// terminal, a FIFO), wherever it stands.
[[nodiscard]] inline ssize_t read_at(int fd, std::span<std::byte> into, std::uint64_t position) {
  for (;;) {
    ssize_t count = ::pread(fd, into.data(), into.size(), static_cast<off_t>(position));
    if (count < 0 && errno == ESPIPE) count = ::read(fd, into.data(), into.size());
    if (count >= 0 || errno != EINTR) return count;
  }
}
[[nodiscard]] inline ssize_t write_at(int fd, std::span<const std::byte> bytes, std::uint64_t position) {
  for (;;) {
    ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (count < 0 && errno == ESPIPE) count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0 || errno != EINTR) return count;
  }
}

[[nodiscard]] inline IoResult<void> write_all_at(int fd, std::span<const std::byte> bytes,
                                                 std::uint64_t position, const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t count = write_at(fd, bytes, position);
    if (count < 0) return io_failure(last_error(), what);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    position += static_cast<std::uint64_t>(count);
  }
  return {};
}

// From `position` to the end. Text is a std::string or a std::vector<std::byte>.
template <class Text>
[[nodiscard]] IoResult<Text> read_all_at(int fd, std::uint64_t position, const std::string& what) {
  constexpr std::size_t kPart = 64 * 1024;
  Text all;
  std::size_t known = 0;
  for (;;) {
    all.resize(known + kPart);
    const ssize_t count =
        read_at(fd, std::as_writable_bytes(std::span(all)).subspan(known), position + known);
    if (count < 0) return io_failure(last_error(), what);
    known += static_cast<std::size_t>(count);
    if (count == 0) {
      all.resize(known);
      return all;
    }
  }
}

[[nodiscard]] inline IoResult<base::Descriptor> open_file(const std::string& path, int flags, unsigned mode) {
  for (;;) {
    base::Descriptor opened(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (opened) return opened;
    if (errno != EINTR) return io_failure(last_error(), "open " + path);
  }
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
