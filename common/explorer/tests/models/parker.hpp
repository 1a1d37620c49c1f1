// parker.hpp -- the models of common/base/parker.hpp: the token is never lost, and nobody touches a parker that is gone.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/explorer/tests/models/model.hpp"

namespace async::models {

// What was done before unpark() is seen after park(). And again, through the same parkers, back.
inline void parker_hands_over() {
  base::Parker there, back;
  Payload data = 0;
  base::Thread other([&] {
    data.write(1);
    there.unpark();
    back.park();
    ASYNC_CHECK(data.read() == 2, "what came back is not what was sent");
  });
  there.park();
  ASYNC_CHECK(data.read() == 1, "what was handed over is not there");
  data.write(2);
  back.unpark();
  other.join();
}

// Whoever saw the token may destroy the parker at once.
inline void parker_is_destroyed() {
  auto parker = std::make_unique<base::Parker>();
  base::Thread other([mine = parker.get()] { mine->unpark(); });
  parker->park();
  parker.reset();
  other.join();
}

// Two unpark: there is one token or there are two, but after the second one somebody looks again.
inline void parker_unparked_by_two() {
  base::Parker parker;
  base::Atomic<int> events = 0;
  const auto happens = [&] {
    events.fetch_add(1, base::relaxed);  // relaxed: the parker orders it
    parker.unpark();
  };
  base::Thread one(happens), two(happens);
  while (events.load(base::relaxed) != 2) parker.park();
  one.join();
  two.join();
}

// The time is up, or the token comes: then it is there for the next park.
inline void parker_waits_until() {
  base::Parker parker;
  Payload data = 0;
  base::Thread other([&] {
    data.write(1);
    parker.unpark();
  });
  if (!parker.park_until(std::chrono::steady_clock::time_point::max())) parker.park();
  ASYNC_CHECK(data.read() == 1, "what was handed over is not there");
  other.join();
  ASYNC_CHECK(!parker.park_until(std::chrono::steady_clock::time_point::min()), "one token came twice");
}

// Two threads are busy. The count is 0 only when both have come to their end.
class CountsBusy final : public base::Activity {
 public:
  void start() { busy_.store(2, base::relaxed), has_ended_.store(false, base::relaxed); }
  void one_more_is_busy() noexcept override { busy_.fetch_add(1, base::relaxed); }
  void this_one_is_blocked() noexcept override {
    if (busy_.fetch_sub(1, base::relaxed) == 1)
      ASYNC_CHECK(has_ended_.exchange(true, base::relaxed), "all are blocked, and one is on its way");
  }
  // The one that is woken has nothing more to do.
  void ends() { has_ended_.exchange(true, base::relaxed); }

 private:
  base::Atomic<int> busy_ = 2;
  base::Atomic<bool> has_ended_ = false;
};

inline void parker_counts_who_is_busy() {
  // Static: where a check fails, of_this_thread() goes on pointing to it.
  static CountsBusy activity;
  activity.start();
  base::Activity::of_this_thread() = &activity;
  base::Parker parker;
  base::Thread other([&] {
    parker.unpark();
    activity.this_one_is_blocked();
  });
  parker.park();
  activity.ends();
  activity.this_one_is_blocked();
  base::Activity::of_this_thread() = nullptr;
  other.join();
}

inline constexpr Model models_of_parker[] = {
    {"parker_hands_over", parker_hands_over, {.preemptions = 9}},
    {"parker_is_destroyed", parker_is_destroyed, {.preemptions = 9}},
    {"parker_unparked_by_two", parker_unparked_by_two, {.preemptions = 4, .old_reads = 3}},
    {"parker_waits_until", parker_waits_until, {.preemptions = 9}},
    {"parker_counts_who_is_busy", parker_counts_who_is_busy, {.preemptions = 9, .old_reads = 4}},
};

}  // namespace async::models
