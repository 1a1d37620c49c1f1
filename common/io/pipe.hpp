// pipe.hpp -- PipeReader and PipeWriter: the two ends of a pipe, here those of a child process.
//
// read and write: bytes.hpp. Closing an end (destroying it) ends the stream for the other side.
// Errors: IoError; broken_pipe where nobody reads any more, and no SIGPIPE.
#pragma once

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <span>
#include <unistd.h>
#include <utility>

#include "common/io/bytes.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

struct PipeBytes {
  static constexpr bool kShortReadMeansEmpty = true;

  static ssize_t read(int fd, std::span<std::byte> into) { return ::read(fd, into.data(), into.size()); }

  // A pipe has no MSG_NOSIGNAL: so this thread does not hear the signal, and takes it back where it was
  // raised.
  static ssize_t write(int fd, std::span<const std::byte> bytes) {
    sigset_t only_pipe;
    sigset_t before;
    ::sigemptyset(&only_pipe);
    ::sigaddset(&only_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &only_pipe, &before);
    const bool is_mine = !is_pending(before);
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    const int error = errno;
    if (written < 0 && error == EPIPE && is_mine) {
      const timespec at_once{};
      (void)::sigtimedwait(&only_pipe, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
  }

 private:
  // Where it was blocked `before`, there may be one already, which belongs to somebody else.
  static bool is_pending(const sigset_t& before) {
    if (::sigismember(&before, SIGPIPE) == 0) return false;
    sigset_t pending;
    ::sigemptyset(&pending);
    return ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE) == 1;
  }
};

}  // namespace detail

class PipeReader : public ReadsBytes<PipeReader, detail::PipeBytes> {
 public:
  explicit PipeReader(IoSource source) : source_(std::move(source)) {}
  [[nodiscard]] detail::Registration& registration() { return source_.registration(); }

 private:
  IoSource source_;
};

class PipeWriter : public WritesBytes<PipeWriter, detail::PipeBytes> {
 public:
  explicit PipeWriter(IoSource source) : source_(std::move(source)) {}
  [[nodiscard]] detail::Registration& registration() { return source_.registration(); }

 private:
  IoSource source_;
};

}  // namespace async::inline ASYNC_FLAVOUR
