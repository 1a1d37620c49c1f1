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
#include <utility>

#include "common/base/activity.hpp"
#include "common/base/locked.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class Parker {
 public:
  // Counts as blocked where this thread takes part in an Activity.
  void park() {
    Activity* const activity = Activity::of_this_thread();
    {
      auto state = state_.lock();
      if (std::exchange(state->token, false)) return;
      state->counts_in = activity;
    }
    // Between the locks an unpark() may have counted this thread as busy already: then this takes it back.
    if (activity != nullptr) activity->this_one_is_blocked();
    auto state = state_.lock();
    state.wait(unparked_, [](const State& now) { return now.token; });
    state->token = false;
  }

  // Returns false if the deadline passed and no token came. It is a deadline in real time: to a clock that waits
  // for all to be blocked this thread is busy.
  bool park_until(std::chrono::steady_clock::time_point deadline) {
    auto state = state_.lock();
    (void)state.wait_until(unparked_, deadline, [](const State& now) { return now.token; });
    return std::exchange(state->token, false);
  }

  void unpark() {
    auto state = state_.lock();
    if (std::exchange(state->token, true)) return;
    if (Activity* const activity = std::exchange(state->counts_in, nullptr)) activity->one_more_is_busy();
    // Notified under the lock: whoever parks may destroy the Parker as soon as it has seen the token.
    unparked_.notify_one();
  }

 private:
  struct State {
    bool token = false;
    Activity* counts_in = nullptr;  // of the thread that parks, until it is unparked
  };

  Locked<State> state_;
  ConditionVariable unparked_;
};

}  // namespace async::inline ASYNC_FLAVOUR::base
