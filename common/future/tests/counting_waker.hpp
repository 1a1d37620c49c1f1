// counting_waker.hpp -- CountingWaker: makes wakers that count what is done to them and to their clones.
//
//   CountingWaker counted;
//   const Waker waker = counted.waker();
//   Context cx(waker);
//   ... poll something ...
//   EXPECT_EQ(counted.woken(), 1u);
//   EXPECT_EQ(counted.live(), 1u);     // `waker` alone: nobody kept a clone
//
// Thread safety: the wakers and the counts from any thread.
// Lifetime: outlives its wakers, and says so: its destructor checks that none is left.
#pragma once

#include <cstddef>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/future/context.hpp"

namespace async::inline ASYNC_FLAVOUR {

class CountingWaker {
 public:
  CountingWaker() = default;
  CountingWaker(const CountingWaker&) = delete;
  CountingWaker& operator=(const CountingWaker&) = delete;
  ~CountingWaker() { ASYNC_CHECK(live() == 0, "a counted waker outlives its counter, or was dropped twice"); }

  [[nodiscard]] Waker waker() {
    ++made_;
    return Waker(RawWaker{this, &kTable});
  }

  [[nodiscard]] std::size_t clones() const { return clones_; }
  [[nodiscard]] std::size_t wakes() const { return wakes_; }  // those that used the waker up
  [[nodiscard]] std::size_t wakes_by_ref() const { return wakes_by_ref_; }
  [[nodiscard]] std::size_t drops() const { return drops_; }
  [[nodiscard]] std::size_t woken() const { return wakes_ + wakes_by_ref_; }
  // How many wakers there are: each was made or cloned, and each ends with a drop or a wake.
  [[nodiscard]] std::size_t live() const { return made_ + clones_ - drops_ - wakes_; }

 private:
  static CountingWaker& from(const void* data) {
    // SAFETY: waker() and clone() alone put a CountingWaker there, and it outlives them.
    return *const_cast<CountingWaker*>(static_cast<const CountingWaker*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    ++from(data).clones_;
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept { ++from(data).wakes_; }
  static void wake_by_ref(const void* data) noexcept { ++from(data).wakes_by_ref_; }
  static void drop(const void* data) noexcept { ++from(data).drops_; }

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  base::Atomic<std::size_t> made_ = 0, clones_ = 0, wakes_ = 0, wakes_by_ref_ = 0, drops_ = 0;
};

// A task of a test: polls one future, with a counted waker, when it is told to.
class CountingTask {
 public:
  template <class F>
  auto poll(F& future) {
    Context cx(waker_);
    return future.poll(cx);
  }
  // Wakes since the last call.
  std::size_t take_wakes() {
    const std::size_t now = counted_.woken();
    const std::size_t fresh = now - seen_;
    seen_ = now;
    return fresh;
  }
  // How many wakers of this task are kept somewhere.
  [[nodiscard]] std::size_t kept_wakers() const { return counted_.live() - 1; }
  [[nodiscard]] std::size_t clones() const { return counted_.clones(); }

 private:
  CountingWaker counted_;
  Waker waker_ = counted_.waker();
  std::size_t seen_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR
