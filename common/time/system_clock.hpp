// system_clock.hpp -- SystemClock: real time, or real time that runs N times as fast.
//
// Its timers are fired by a thread of its own, which is started by the first one and sleeps until the next
// deadline. It wakes up a millisecond late on purpose (kSlack): what was begun in one go, such as the kettle and
// the toaster of chapter 2, is over at once too, in one wake-up instead of two.
//
// Thread safety and lifetime: as Clock. The destructor joins the thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/time/queued_clock.hpp"
#include "common/time/timer_heap.hpp"

namespace async::inline ASYNC_FLAVOUR {

class SystemClock final : public QueuedClock<TimerHeap> {
 public:
  static constexpr std::chrono::milliseconds kSlack{1};

  // Current in this thread while it lives. Every wait takes the `speed`-th part of its time.
  explicit SystemClock(int speed = 1) : SystemClock(Unused{}, speed) { current_.emplace(*this); }
  ~SystemClock() {
    current_.reset();
    ends_.store(true, base::release);  // pairs with the acquire in fire_timers
    parker_.unpark();
    // The thread is joined here, not later: it uses what the base class owns.
    thread_ = base::Thread();
  }

  // The clock of a thread that was given none. Never destroyed: what sleeps by it may be as old as the program.
  [[nodiscard]] static Clock& real_time() {
    static SystemClock& clock = *new SystemClock(Unused{}, 1);
    return clock;
  }

  [[nodiscard]] Instant now() const override { return Instant((Real::now() - birth_) * speed_); }

  void block_until(Instant deadline) override {
    while (now() < deadline) base::sleep_thread_until(real(deadline));
  }

  [[nodiscard]] int speed() const { return speed_; }

  // When that is by the system's clock. Rounded up, so that nothing is early, and no further than an hour from
  // now, so that nothing overflows: who waits looks again.
  [[nodiscard]] std::chrono::steady_clock::time_point real(Instant deadline) const {
    const Real::duration since_birth = deadline.time_since_epoch() / speed_;
    return birth_ + Duration(1) +
           std::min<Real::duration>(since_birth, Real::now() - birth_ + std::chrono::hours(1));
  }

  // Nothing waits for all to be blocked.
  void one_more_is_busy() noexcept override {}
  void this_one_is_blocked() noexcept override {}

 private:
  using Real = std::chrono::steady_clock;
  struct Unused {};

  SystemClock(Unused, int speed) : speed_(speed) {
    ASYNC_CHECK(speed >= 1, "a clock's speed is a whole number from 1 on");
  }

  void next_deadline_changed(Instant) override {
    auto running = running_.lock();
    if (!*running) {
      thread_ = base::Thread(base::Bystander{}, [this] { fire_timers(); });
      *running = true;
    }
    parker_.unpark();
  }

  void fire_timers() {
    // acquire: pairs with the release in the destructor
    while (!ends_.load(base::acquire)) {
      while (auto due = take_due(now())) std::move(due->waker).wake();
      if (const auto next = next_deadline()) {
        (void)parker_.park_until(real(*next) + kSlack);
      } else {
        parker_.park();
      }
    }
  }

  const Real::time_point birth_ = Real::now();
  const int speed_;
  std::optional<CurrentClock> current_;
  base::Atomic<bool> ends_ = false;
  base::Parker parker_;
  base::Locked<bool> running_;
  base::Thread thread_;
};

inline Clock& Clock::of_new_threads_here() {
  auto* const activity = base::Activity::of_this_thread();
  auto* const of_new_threads = activity != nullptr ? activity->of_new_threads() : nullptr;
  return of_new_threads != nullptr ? static_cast<Clock&>(*of_new_threads) : SystemClock::real_time();
}

inline Clock& Clock::current() {
  // Only clocks are ever put there: Activity is what base/ needs to know of them.
  auto* const activity = base::Activity::of_this_thread();
  return activity != nullptr ? static_cast<Clock&>(*activity) : SystemClock::real_time();
}

}  // namespace async::inline ASYNC_FLAVOUR
