// parked_worker.hpp -- ParkedWorker: how a thread of a runtime sleeps: in the driver, if nobody else is there, or on its own.
//
// As base::Parker: there is at most one token; unpark() puts it there, park() takes it and sleeps only while there is none.
//
//   state_      set by                     who sleeps where
//   awake       park(), at its end         nobody
//   notified    unpark()                   nobody: the next park() returns at once
//   in_driver   park()                     in Driver::wait()
//   asleep      park()                     on sleeper_
//
// Thread safety: park() from its thread, unpark() from any. Lifetime: outlives every call.
// Memory ordering: whatever was done before unpark() is seen after the park() that it ends: both are acq_rel
//   read-modify-writes of one word.
#pragma once

#include <cstdint>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"

namespace async::inline ASYNC_FLAVOUR {

// With a driver that needs no system it runs in the explorer of interleavings.
template <class Driver>
class BasicParkedWorker {
 public:
  // May return without a token: when the driver has woken tasks.
  void park(Driver& driver) {
    if (driver.try_take()) {
      if (begin(State::in_driver)) driver.wait();
      end();
      driver.give_back();
    } else {
      driver.look_again();
      if (begin(State::asleep)) sleeper_.park();
      end();
    }
  }

  void unpark(Driver& driver) noexcept {
    switch (state_.exchange(State::notified, base::acq_rel)) {
      case State::in_driver: driver.wake_up(); break;
      case State::asleep: sleeper_.unpark(); break;
      case State::awake:
      case State::notified: break;
    }
  }

 private:
  enum class State : std::uint8_t { awake, notified, in_driver, asleep };

  // False: it has been notified.
  bool begin(State how) {
    State expected = State::awake;
    return state_.compare_exchange_strong(expected, how, base::acq_rel, base::acquire);
  }
  void end() { (void)state_.exchange(State::awake, base::acq_rel); }

  base::Atomic<State> state_ = State::awake;
  base::Parker sleeper_;
};

class Driver;
using ParkedWorker = BasicParkedWorker<Driver>;

}  // namespace async::inline ASYNC_FLAVOUR
