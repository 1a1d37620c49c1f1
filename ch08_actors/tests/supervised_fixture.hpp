// supervised_fixture.hpp -- a supervised store whose actors go wrong when a test says so, by a paused clock.
#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {

// The clock has its waker, so that it is not gone already when its handle is dropped.
inline Async<> stands_still_for_ever() { co_await sleep(std::chrono::hours(1000)); }
inline Async<> throws() {
  throw std::runtime_error("out of order");
  co_return;
}

class SupervisedStoreTest : public StoreOnFileTest {
 protected:
  // The first `times` pieces of work of `who` from now on go wrong, once `wrong_` is set.
  void goes_wrong(ActorType who, std::function<Async<>()> how) {
    settings_->before_work = [this, who, how](ActorType actor) -> Async<> {
      if (actor == who && wrong_ > 0) {
        --wrong_;
        co_await how();
      }
    };
  }

  const Deadline deadline_{"a request was never answered"};
  const PausedClock clock_;
  int wrong_ = 0;
};

}  // namespace ch08
