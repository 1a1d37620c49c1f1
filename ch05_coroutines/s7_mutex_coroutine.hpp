// s7_mutex_coroutine.hpp -- MutexCoroutine: at each resume it tries a lock, and adds one to what is behind.
//
// The chapter's example for tests: two of these share a lock, and a test resumes them in any order it likes,
// looks at the value in between, and needs no runtime. check_yield is its whole interface to ordinary code;
// CoroutineFuture is the one to a runtime. tests/s7_mutex_coroutine_test.cpp has both tests of the book.
//
// A resume must not block, so it tries the lock. (The book's is std::sync::Mutex. A std::mutex of C++ must
// not be tried by the thread that holds it, which is what the test does: so this is the one of common/sync,
// only tried.)
//
// Thread safety: as any coroutine; what they share is behind the lock.
// Errors: std::invalid_argument for a threshold of 0. (The book's counts down from there and never ends.)
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

#include "common/sync/mutex.hpp"

#include "ch05_coroutines/coroutine.hpp"

namespace ch05 {

class MutexCoroutine {
 public:
  using Yield = void;
  using Return = void;
  using Handle = std::shared_ptr<Mutex<int>>;

  // Complete once it has added `threshold` times.
  MutexCoroutine(Handle handle, int threshold) : handle_(std::move(handle)), threshold_(threshold) {
    if (threshold < 1)
      throw std::invalid_argument("it could never be complete: give a threshold of 1 or more");
  }

  CoroutineState<void, void> resume() {
    auto value = handle_->try_lock();
    if (!value) return Yielded();
    ++**value;
    if (--threshold_ == 0) return Complete();
    return Yielded();
  }

 private:
  Handle handle_;
  int threshold_;
};

static_assert(Coroutine<MutexCoroutine>);

// Resumes it once: whether there is more.
template <Coroutine C>
[[nodiscard]] bool check_yield(C& coroutine) {
  return coroutine.resume().is_yielded();
}

}  // namespace ch05
