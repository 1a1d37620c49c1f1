// s11_missed_ticks.hpp -- a tick every 50 ms, and a worker that is busy for 220 ms.
#pragma once

#include <chrono>
#include <vector>

#include "common/future/async.hpp"
#include "common/time/interval.hpp"

namespace ch07 {

using namespace async;

struct TakenTick {
  TakenTick(std::chrono::milliseconds planned_, std::chrono::milliseconds taken_)
      : planned(planned_), taken(taken_) {}
  friend bool operator==(const TakenTick&, const TakenTick&) = default;

  std::chrono::milliseconds planned, taken;
};

// The first `count` ticks of a worker that takes the first one, then is busy for 220 ms, then takes
// each as it comes.
Async<std::vector<TakenTick>> late_worker(MissedTickBehavior rule, int count);

}  // namespace ch07
