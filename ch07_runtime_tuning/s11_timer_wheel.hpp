// s11_timer_wheel.hpp -- timeouts that are set and cancelled among others: a wheel against a heap.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "common/time/timer_queue.hpp"

namespace ch07 {

using namespace async;

// Timers that all stay registered while others come and go. (A Timer must not move meanwhile.)
class StandingTimers {
 public:
  StandingTimers(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> within_an_hour(1, 3'600'000);
    timers_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      timers_.push_back(std::make_unique<Timer>(Instant(std::chrono::milliseconds(within_an_hour(random)))));
    }
  }

  void enter(auto& queue) {
    for (auto& timer : timers_) queue.insert(*timer);
  }
  void leave(auto& queue) {
    for (auto& timer : timers_) queue.remove(*timer);
  }

 private:
  std::vector<std::unique_ptr<Timer>> timers_;
};

// What most timers do: they are timeouts of ten seconds, and cancelled, because the answer came in time.
template <TimerQueue Queue>
void set_and_cancel(Queue& queue, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    Timer timer(Instant(std::chrono::seconds(10)));
    queue.insert(timer);
    queue.remove(timer);
  }
}

}  // namespace ch07
