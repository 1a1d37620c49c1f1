// driver.hpp -- Driver: what wakes a runtime's tasks from outside: its timers and its reactor. One thread at a time drives.
//
// A worker that has nothing to do takes the driver, if nobody has it, and waits inside wait() for an event or the
// next deadline; a busy one takes it for a moment every `event_interval` polls. So time and I/O need no thread.
//
// Thread safety: any thread may try_take; look and wait only between that and give_back; look_again and wake_up from
//   any thread.
// Lifetime: outlives the runtime's threads; the reactor is shared with what was opened by it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/io/reactor.hpp"
#include "common/runtime/driver_seat.hpp"
#include "common/runtime/runtime_clock.hpp"
#include "common/time/paused_clock.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Driver : public DriverSeat {
 public:
  struct Enabled {
    bool io = false;
    bool time = false;
  };

  // Of the clock of the calling thread: real, scaled or paused.
  // Errors: std::system_error if the system gives no epoll.
  explicit Driver(Enabled enabled) : reactor_(enabled.io ? std::make_shared<Reactor>() : nullptr) {
    Clock& under = Clock::of_new_threads_here();
    auto* const system = dynamic_cast<SystemClock*>(&under);
    if (!enabled.time) {
      clock_ = &timeless_.emplace(under);
      paused_ = system == nullptr;
    } else if (system != nullptr) {
      clock_ = &timed_.emplace(*system, [this] { first_timer_changed(); });
    } else {
      clock_ = &under;
      paused_ = true;
    }
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // By which the runtime's tasks go.
  [[nodiscard]] Clock& clock() const { return *clock_; }
  // Null without enable_io().
  [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return reactor_; }

  [[nodiscard]] bool is_paused() const { return paused_; }

  // Wakes the tasks whose time or event has come, without waiting for more.
  void look() {
    if (reactor_ != nullptr && reactor_->sources() != 0) reactor_->turn(std::chrono::nanoseconds(0));
    fire_timers();
  }

  // Waits until there is such a task, or wake_up() is called, or for no reason; then wakes them.
  void wait() {
    if (paused_) return wait_paused();
    is_waiting_.store(true, base::relaxed);  // relaxed: see first_timer_changed
    const auto limit = timed_ ? timed_->time_to_next() : std::nullopt;
    if (reactor_ != nullptr) {
      reactor_->turn(limit);
    } else if (limit) {
      (void)sleeper_.park_until(std::chrono::steady_clock::now() + *limit);
    } else {
      sleeper_.park();
    }
    is_waiting_.store(false, base::relaxed);
    fire_timers();
  }

  // For a thread that goes to sleep beside the one that waits here. On a paused clock that one may sleep for a timer
  // that was set when it came, and now there is none: it has to look at its descriptors.
  void look_again() {
    if (paused_ && reactor_ != nullptr && reactor_->sources() != 0) sleeper_.unpark();
  }

  // Ends the wait() that is under way, or the next one.
  void wake_up() noexcept {
    if (reactor_ != nullptr) reactor_->wake_up();
    if (reactor_ == nullptr || paused_) sleeper_.unpark();
  }

 private:
  // The lock of the clock stands between: the timer was registered under it and then this looks; wait() says that
  // it waits and then asks for the next deadline under it. So one sees the other.
  void first_timer_changed() {
    if (is_waiting_.load(base::relaxed)) wake_up();
  }

  void fire_timers() {
    if (timed_) timed_->fire_due();
  }

  // A paused clock moves when all its threads park, and fires its timers itself. It cannot know what the system
  // may still send: where there are descriptors but no event now, the clock moves on; and where that could lead
  // nowhere, because no timer is set, the thread waits for the system, as a busy one, and now and then looks
  // whether somebody has set a timer.
  void wait_paused() {
    if (reactor_ != nullptr && reactor_->sources() != 0) {
      const bool may_move = has_timers();
      const auto limit = may_move ? std::chrono::milliseconds(0) : std::chrono::milliseconds(10);
      if (reactor_->turn(limit) != 0 || !may_move) return;
    }
    sleeper_.park();
  }
  [[nodiscard]] bool has_timers() {
    auto* const paused = dynamic_cast<PausedClock*>(clock_);
    return paused != nullptr && paused->has_timers();
  }

  const std::shared_ptr<Reactor> reactor_;
  std::optional<RuntimeClock> timed_;
  std::optional<TimelessClock> timeless_;
  Clock* clock_ = nullptr;
  bool paused_ = false;
  base::Parker sleeper_;
  base::Atomic<bool> is_waiting_ = false;
};

// Drives while it lives, with a thread of its own: at the end of a runtime, when its workers are gone and a call of
// its pool may still block on a sleep that they would have fired. (A paused clock fires its timers itself.)
//
// A block_on in another thread may drive as well, and stop when its own future is ready. So the driver is taken for
// one turn each, and while somebody else has it this looks again every now and then.
// Errors: std::system_error if the system has no more threads; in a destructor that ends the program.
class DrivesMeanwhile {
 public:
  explicit DrivesMeanwhile(Driver& driver) : driver_(driver) {
    if (!driver.is_paused()) thread_ = base::Thread(base::Bystander{}, [this] { drive(); });
  }
  DrivesMeanwhile(const DrivesMeanwhile&) = delete;
  DrivesMeanwhile& operator=(const DrivesMeanwhile&) = delete;
  ~DrivesMeanwhile() {
    if (!thread_.joinable()) return;
    ends_.store(true, base::release);
    sleeper_.unpark();
    driver_.wake_up();
    thread_.join();
  }

 private:
  void drive() {
    while (!ends_.load(base::acquire)) {  // acquire: pairs with the release in the destructor
      if (driver_.try_take()) {
        driver_.wait();
        driver_.give_back();
      } else {
        (void)sleeper_.park_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(10));
      }
    }
  }

  Driver& driver_;
  base::Atomic<bool> ends_ = false;
  base::Parker sleeper_;
  base::Thread thread_;
};

}  // namespace async::inline ASYNC_FLAVOUR
