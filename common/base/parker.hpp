// parker.hpp -- Parker: one thread sleeps until another one hands it a token.
//
// There is at most one token. unpark() puts it there, park() takes it and blocks only while there is none.
// So an unpark() that comes before the park() is not lost: this is what closes the gap between a thread's
// last look at its queue and its sleep. (The names are those of Rust's std::thread::park.)
//
// Thread safety: park() and park_until() from one thread at a time, unpark() from any.
// Lifetime: must outlive every call; block_on shares it by reference count with its wakers.
#pragma once

#include <chrono>

#include "common/base/locked.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class Parker {
 public:
  void park() {
    auto token = token_.lock();
    token.wait(unparked_, [](bool there) { return there; });
    *token = false;
  }

  // Returns false if the deadline passed and no token came.
  bool park_until(std::chrono::steady_clock::time_point deadline) {
    auto token = token_.lock();
    const bool came = token.wait_until(unparked_, deadline, [](bool there) { return there; });
    *token = false;
    return came;
  }

  void unpark() {
    auto token = token_.lock();
    *token = true;
    // Notified under the lock: whoever parks may destroy the Parker as soon as it has seen the token.
    unparked_.notify_one();
  }

 private:
  Locked<bool> token_{false};
  ConditionVariable unparked_;
};

}  // namespace async::inline ASYNC_FLAVOUR::base
