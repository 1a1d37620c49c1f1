// semaphore_error.hpp -- why a semaphore gave no permit: AcquireError, TryAcquireError.
//
// Thread safety: as values.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

// Of acquire(), which waits for everything else: the semaphore is closed.
class AcquireError {
 public:
  AcquireError() = default;
  [[nodiscard]] std::string message() const { return "the semaphore is closed"; }
  friend bool operator==(const AcquireError&, const AcquireError&) = default;
};

// Of try_acquire(), which does not wait.
class TryAcquireError {
 public:
  enum Reason : std::uint8_t {
    closed,      // there will never be a permit again
    no_permits,  // not so many now, or others wait for them
  };

  explicit TryAcquireError(Reason reason) : reason_(reason) {}

  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] bool is_closed() const { return reason_ == closed; }
  [[nodiscard]] bool is_no_permits() const { return reason_ == no_permits; }
  [[nodiscard]] std::string message() const {
    return is_closed() ? "the semaphore is closed" : "the semaphore has not so many free permits";
  }
  friend bool operator==(const TryAcquireError&, const TryAcquireError&) = default;

 private:
  Reason reason_;
};

}  // namespace async::inline ASYNC_FLAVOUR
