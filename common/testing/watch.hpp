// watch.hpp -- Watch: looks after a run that may stand still, and ends it from outside.
//
// Somebody says that nothing can run any more (a paused clock), or the limit is over in real time: the run's
// future is woken, and asks ended(). If even that does not help, because a thread of the run is blocked or
// polls for ever, the program ends with a message.
//
// Thread safety: every function from any thread. Lifetime: outlives the run and its clock.
// Errors: std::system_error if the system has no more threads.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/base/traced.hpp"
#include "common/future/waker.hpp"
#include "common/testing/async_run.hpp"
#include "common/time/paused_clock.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class Watch {
 public:
  // `grace`: how long the run may take to end once it was told to.
  Watch(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace)
      : thread_(base::Bystander{}, [this, limit, grace] { watch(limit, grace); }) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { over_.unpark(); }

  // For a paused clock. The second time, it is the runtime's end that stands still: a call that blocks. Or it is no
  // news: the limit was over at that moment too, and has woken the run.
  void stalled(PausedClock& clock) noexcept {
    if (end_by(AsyncOutcome::End::stalled) || clock.is_somebody_busy()) return;
    end_program("everybody waits, also the end of the runtime");
  }

  // For the run's future, in each poll: whether it is to end. Its waker is kept.
  [[nodiscard]] std::optional<AsyncOutcome::End> ended(const Waker& waker) {
    Waker kept = waker.clone();
    auto state = state_.lock();
    std::swap(state->future, kept);
    state->is_known = state->end.has_value();
    return state->end;
  }

  // From here on only the runtime has to end.
  void body_is_over() {
    Waker dropped;
    auto state = state_.lock();
    state->body_is_over = true;
    std::swap(state->future, dropped);
  }

 private:
  struct State {
    std::optional<AsyncOutcome::End> end;
    bool is_known = false;  // the run's future has asked since then
    bool body_is_over = false;
    Waker future;
  };

  // False: the run's future knows it already, or has ended.
  bool end_by(AsyncOutcome::End how) {
    Waker woken;
    {
      auto state = state_.lock();
      if (state->is_known || state->body_is_over) return false;
      if (state->end) return true;  // another thread is just waking it
      state->end = how;
      woken = std::move(state->future);
    }
    std::move(woken).wake();
    return true;
  }

  void watch(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace) {
    if (is_over_within(limit)) return;
    (void)end_by(AsyncOutcome::End::late);
    if (is_over_within(grace)) return;
    end_program("a thread of it is blocked, or runs without an await");
  }

  bool is_over_within(std::chrono::nanoseconds limit) {
    while (!over_.park_until(std::chrono::steady_clock::now() + limit)) {
      if (!base::is_being_traced()) return false;
    }
    return true;
  }

  [[noreturn]] static void end_program(const char* why) noexcept {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::fflush(stdout);
    std::fprintf(stderr, "stalled: %s%s%s cannot be ended: %s\n",
                 test == nullptr ? "" : test->test_suite_name(), test == nullptr ? "" : ".",
                 test == nullptr ? "a run" : test->name(), why);
    // Not exit(): whoever stands still would have to be joined first.
    std::_Exit(3);
  }

  base::Locked<State> state_;
  base::Parker over_;
  base::Thread thread_;  // last: it uses what stands above, and is joined first
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
