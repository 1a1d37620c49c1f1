// captured_stderr.hpp -- CapturedStderr: keeps what the process writes to stderr while it lives.
//
// If the process ends meanwhile, all of it is written to the real stderr: by a process of its own, so that a
// failed check, a stall or a sanitizer's report is not lost, however it ends.
//
// Thread safety: made and asked in one thread; any thread writes. Lifetime: one at a time.
// Errors: std::system_error. The test is stopped if a child process still holds stderr at the end.
#pragma once

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/descriptor.hpp"
#include "common/task/tests/deadline.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

class CapturedStderr {
 public:
  CapturedStderr()
      : before_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)), kept_(::memfd_create("stderr", MFD_CLOEXEC)) {
    void* const shared =
        ::mmap(nullptr, sizeof *over_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    std::array<int, 2> ends{};
    if (!before_ || !kept_ || shared == MAP_FAILED || ::pipe2(ends.data(), O_CLOEXEC) < 0) fail("pipe2");
    over_ = new (shared) base::Atomic<bool>(false);
    const base::Descriptor reads(ends[0]);
    base::Descriptor writes(ends[1]);
    keeper_ = ::fork();
    if (keeper_ < 0) fail("fork");
    if (keeper_ == 0) {
      writes.reset();
      keep(reads.get());
    }
    std::fflush(stderr);
    ::dup2(writes.get(), STDERR_FILENO);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;
  ~CapturedStderr() {
    restore();
    ::munmap(over_, sizeof *over_);
  }

  // All of it; capturing is over.
  [[nodiscard]] std::string text() {
    restore();
    std::string text(static_cast<std::size_t>(::lseek(kept_.get(), 0, SEEK_END)), '\0');
    if (::pread(kept_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) fail("pread");
    return text;
  }

 private:
  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  // In the other process. The one that was forked may have held any lock: nothing but system calls.
  [[noreturn]] void keep(int from) {
    copy(from, kept_.get());
    if (!over_->load(base::acquire)) {  // pairs with the release in restore()
      ::lseek(kept_.get(), 0, SEEK_SET);
      copy(kept_.get(), before_.get());
    }
    ::_exit(0);
  }

  static void copy(int from, int to) {
    std::array<char, 4096> chunk;
    for (ssize_t size; (size = ::read(from, chunk.data(), chunk.size())) > 0;) {
      if (::write(to, chunk.data(), static_cast<std::size_t>(size)) < 0) return;
    }
  }

  void restore() {
    if (!before_) return;
    std::fflush(stderr);
    over_->store(true, base::release);  // pairs with the acquire in keep()
    ::dup2(before_.get(), STDERR_FILENO);
    before_.reset();
    const Deadline deadline("a process that was started meanwhile still holds stderr");
    ::waitpid(std::exchange(keeper_, -1), nullptr, 0);
  }

  base::Descriptor before_;
  base::Descriptor kept_;
  base::Atomic<bool>* over_ = nullptr;  // in memory that both processes have
  pid_t keeper_ = -1;
};

}  // namespace async::inline ASYNC_FLAVOUR::demo
