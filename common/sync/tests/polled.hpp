// polled.hpp -- Polled: a future that is polled and dropped by hand; HookedWaker: does what you say.
//
//   Polled first([&] { return semaphore.acquire(); });
//   EXPECT_FALSE(first.poll());       // it waits
//   EXPECT_EQ(first.wakes(), 1u);     // wakes since the last call
//   EXPECT_TRUE(first.poll());        // it has its permit now, and keeps it
//   first.drop();                     // the permit goes back; before it was ready: the future is cancelled
//
// Thread safety: none.
// Lifetime: immovable, as the futures of this folder. A HookedWaker outlives its wakers.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "common/future/child.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <Future F>
class Polled {
 public:
  template <class Make>
  explicit Polled(Make make) : future_(std::in_place, make) {}

  // True if it finished.
  bool poll() { return poll_as(task_); }
  // As another task would: its waker replaces the other one.
  bool poll_as(CountingTask& task) { return task.poll(future_); }
  bool poll_with(const Waker& waker) {
    Context cx(waker);
    return future_.poll(cx);
  }
  auto take() { return future_.take(); }
  void drop() { future_.drop(); }

  std::size_t wakes() { return task_.take_wakes(); }
  [[nodiscard]] std::size_t kept_wakers() const { return task_.kept_wakers(); }
  [[nodiscard]] std::size_t clones() const { return task_.clones(); }

 private:
  CountingTask task_;
  detail::Child<F> future_;
};
template <class Make>
Polled(Make) -> Polled<std::invoke_result_t<Make>>;

// A waker whose functions come back to whoever calls them.
class HookedWaker {
 public:
  std::function<void()> on_clone, on_wake, on_drop;

  Waker waker() { return Waker(RawWaker{this, &kTable}); }

 private:
  static void call(const void* data, std::function<void()> HookedWaker::* hook) {
    // SAFETY: waker() and clone() alone put a HookedWaker there, and it outlives them.
    auto& self = *const_cast<HookedWaker*>(static_cast<const HookedWaker*>(data));
    if (self.*hook) (self.*hook)();
  }
  static RawWaker clone(const void* data) noexcept {
    call(data, &HookedWaker::on_clone);
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept { call(data, &HookedWaker::on_wake); }
  static void drop(const void* data) noexcept { call(data, &HookedWaker::on_drop); }

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake, &drop};
};

}  // namespace async::inline ASYNC_FLAVOUR
