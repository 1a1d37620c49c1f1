// descriptor.hpp -- Descriptor: owns one file descriptor of the operating system.
//
// Thread safety: as an int; one thread at a time changes it.
#pragma once

#include <unistd.h>
#include <utility>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}  // takes ownership; a negative number owns nothing
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.release();
    }
    return *this;
  }
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // Gives the number away without closing it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  // Closes now. close() is never repeated after EINTR: Linux has freed the number by then, and another
  // thread may already own it.
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace async::inline ASYNC_FLAVOUR::base
