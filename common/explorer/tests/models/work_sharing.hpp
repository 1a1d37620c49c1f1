// work_sharing.hpp -- the models of common/runtime/work_sharing.hpp: a push while a worker goes to sleep is not lost.
//
// Who pushes stores to a queue and then looks at the counts; who goes to sleep changes the counts and then looks at
// the queues. A worker that has found something is busy with it until the end of the model: so what others were to
// do and slept through is nobody's, and they sleep on.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <tuple>
#include <utility>

#include "common/base/parker.hpp"
#include "common/explorer/tests/models/work_queue.hpp"
#include "common/runtime/driver_seat.hpp"
#include "common/runtime/work_sharing.hpp"

namespace async::models {

// As Driver without timers and I/O; but the first wait() may find an event.
class ModelDriver : public DriverSeat {
 public:
  void look_again() {}
  void wait() {
    if (has_event_.read() != 0) {
      has_event_.write(0);
      return event_();
    }
    sleeper_.park();
  }
  void wake_up() noexcept { sleeper_.unpark(); }

  // Called in the thread that drives.
  void set_event(std::function<void()> event) {
    event_ = std::move(event);
    has_event_.write(1);
  }

 private:
  base::Parker sleeper_;
  std::function<void()> event_;
  explorer::Cell<int> has_event_ = 0;  // of who drives: one at a time
};

using ModelSharing = WorkSharing<SmallQueue, ModelDriver>;

// A scheduler's workers, without the tasks' runs.
template <std::size_t kWorkers, std::size_t kTasks>
class ModelWorkers {
 public:
  ModelWorkers() {
    for (auto& each : members_) sharing_.add(each);
  }

  // By a worker.
  void push(std::size_t worker) { sharing_.push(members_[worker], parcels_.packed()); }
  void push_next(std::size_t worker) { sharing_.push_next(members_[worker], parcels_.packed()); }
  void empty_slot(std::size_t worker) { sharing_.empty_slot(members_[worker]); }
  // By a thread that is none.
  void push_from_outside() {
    ASYNC_CHECK(!sharing_.push_from_outside(parcels_.packed()), "refused, though it has not ended");
  }
  void push_from_outside_before_anybody_looks() {
    ASYNC_CHECK(!sharing_.shared().push(parcels_.packed()), "refused, though it has not ended");
  }

  // Returns when the worker has found something, and is busy with it.
  void run_one(std::size_t worker) {
    auto& mine = members_[worker];
    for (;;) {
      if (auto found = sharing_.next(mine)) {
        sharing_.stop_searching(mine);
        return Parcel::unpack(*std::move(found));
      }
      sharing_.fall_asleep(mine);
      while (!sharing_.sleep(mine)) {
      }
      sharing_.awake(mine);
    }
  }
  // What is in the worker's own queue.
  void take_one(std::size_t worker) {
    if (auto found = members_[worker].queue.pop()) Parcel::unpack(*std::move(found));
  }

  ModelDriver& driver() { return driver_; }

  void check_end() {
    ASYNC_CHECK(sharing_.idle().sleeping() == 0, "a worker that has work stands among those that sleep");
    ASYNC_CHECK(sharing_.idle().start_searching(), "nobody searches, and yet some are counted");
    while (auto left = sharing_.shared().pop()) Parcel::unpack(*std::move(left));
    std::apply([this](auto&... each) { parcels_.check_each_came_once(each.queue...); }, members_);
  }

 private:
  template <std::size_t... kNumbers>
  static std::array<ModelSharing::Member, kWorkers> made(std::index_sequence<kNumbers...>) {
    return {ModelSharing::Member(kNumbers, kWorkers == 1)...};
  }

  ModelDriver driver_;
  ModelSharing sharing_{kWorkers, driver_};
  std::array<ModelSharing::Member, kWorkers> members_ = made(std::make_index_sequence<kWorkers>());
  Parcels<kTasks> parcels_;
};

// A worker pushes to its own queue while the other one goes to sleep.
inline void work_sharing_steals() {
  ModelWorkers<2, 1> workers;
  base::Thread other([&] { workers.run_one(1); });
  workers.push(0);
  other.join();
  workers.check_end();
}

// A thread from outside pushes, and again while the only worker goes back to sleep.
inline void work_sharing_is_called_from_outside() {
  ModelWorkers<1, 2> workers;
  base::Thread worker([&] {
    for (int i = 0; i < 2; ++i) workers.run_one(0);
  });
  for (int i = 0; i < 2; ++i) workers.push_from_outside();
  worker.join();
  workers.check_end();
}

// Two tasks from outside: both workers wake, one after the other, though the second push may have woken nobody. Or one
// takes both, and the other one finds the second with it.
inline void work_sharing_wakes_one_after_the_other() {
  ModelWorkers<2, 2> workers;
  base::Thread one([&] { workers.run_one(0); });
  base::Thread two([&] { workers.run_one(1); });
  for (int i = 0; i < 2; ++i) workers.push_from_outside();
  one.join();
  two.join();
  workers.check_end();
}

// A thief takes two and is busy with the first: the other worker finds the second one with the thief.
inline void work_sharing_steals_what_was_stolen() {
  ModelWorkers<3, 3> workers;
  base::Thread one([&] { workers.run_one(1); });
  base::Thread two([&] { workers.run_one(2); });
  for (int i = 0; i < 3; ++i) workers.push(0);
  workers.take_one(0);
  one.join();
  two.join();
  workers.check_end();
}

// Two lie in the shared queue; a worker that does not search takes both while the other one looks for them.
inline void work_sharing_takes_a_batch() {
  ModelWorkers<2, 2> workers;
  for (int i = 0; i < 2; ++i) workers.push_from_outside_before_anybody_looks();
  base::Thread other([&] { workers.run_one(1); });
  workers.run_one(0);
  other.join();
  workers.check_end();
}

// What was the next goes behind what waits, and its worker is busy with that: the other one finds it.
inline void work_sharing_empties_the_slot() {
  ModelWorkers<2, 2> workers;
  base::Thread other([&] { workers.run_one(1); });
  workers.push_next(0);
  workers.push(0);
  workers.empty_slot(0);
  workers.take_one(0);
  other.join();
  workers.check_end();
}

// What was the next gives way to another: the other worker is told.
inline void work_sharing_pushes_one_out_of_the_slot() {
  ModelWorkers<2, 2> workers;
  base::Thread other([&] { workers.run_one(1); });
  for (int i = 0; i < 2; ++i) workers.push_next(0);
  workers.run_one(0);
  other.join();
  workers.check_end();
}

// The driver wakes two tasks in the thread that sleeps in it: one of them is for the other worker.
inline void work_sharing_shares_what_the_driver_brings() {
  ModelWorkers<2, 2> workers;
  workers.driver().set_event([&] {
    const std::size_t who_drives = explorer::Execution::current()->thread();
    for (int i = 0; i < 2; ++i) workers.push_next(who_drives);
  });
  base::Thread other([&] { workers.run_one(1); });
  workers.run_one(0);
  other.join();
  workers.check_end();
}

// The driver wakes a task in the thread that sleeps in it, while somebody else wakes that one too.
inline void work_sharing_is_woken_twice() {
  ModelWorkers<1, 2> workers;
  workers.driver().set_event([&] { workers.push_next(0); });
  base::Thread worker([&] {
    for (int i = 0; i < 2; ++i) workers.run_one(0);
  });
  workers.push_from_outside();
  worker.join();
  workers.check_end();
}

inline constexpr Model models_of_work_sharing[] = {
    {"work_sharing_steals", work_sharing_steals, {.preemptions = 4, .old_reads = 3}},
    {"work_sharing_is_called_from_outside", work_sharing_is_called_from_outside, {.preemptions = 3}},
    {"work_sharing_wakes_one_after_the_other", work_sharing_wakes_one_after_the_other, {}},
    {"work_sharing_steals_what_was_stolen", work_sharing_steals_what_was_stolen, {.old_reads = 1}},
    {"work_sharing_takes_a_batch", work_sharing_takes_a_batch, {.preemptions = 3}},
    {"work_sharing_empties_the_slot", work_sharing_empties_the_slot, {.preemptions = 3}},
    {"work_sharing_pushes_one_out_of_the_slot", work_sharing_pushes_one_out_of_the_slot, {.preemptions = 3}},
    {"work_sharing_shares_what_the_driver_brings", work_sharing_shares_what_the_driver_brings, {}},
    {"work_sharing_is_woken_twice", work_sharing_is_woken_twice, {.preemptions = 3}},
};

}  // namespace async::models
