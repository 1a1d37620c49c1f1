// idle_workers.hpp -- the models of common/runtime/idle_workers.hpp: a push while a worker goes to sleep is not lost.
//
// Who pushes stores to a queue and then looks at the counts; who goes to sleep changes the counts and then looks at
// the queues. A worker that has found something is busy with it until the end of the model: so what others were to
// do and slept through is nobody's, and they sleep on.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/parker.hpp"
#include "common/explorer/tests/models/work_queue.hpp"
#include "common/runtime/idle_workers.hpp"
#include "common/runtime/shared_queue.hpp"

namespace async::models {

// A scheduler's workers without their driver, and without the tasks' runs. The calls and their order are those of
// multi_thread.hpp and worker.hpp, by the same names.
template <std::size_t kWorkers, std::size_t kTasks>
class ModelWorkers {
 public:
  // By a worker.
  void push(std::size_t worker) {
    std::vector<Runnable> overflow = queues_[worker].push(parcels_.packed());
    if (!overflow.empty()) shared_.push_all(overflow);
    wake_one();
  }
  // By a thread that is none.
  void push_from_outside() {
    ASYNC_CHECK(!shared_.push(parcels_.packed()), "refused, though it has not ended");
    wake_one();
  }

  // Returns when the worker has found something, and is busy with it.
  void run_one(std::size_t worker) {
    bool is_searching = false;
    for (;;) {
      if (auto found = next(worker, is_searching)) {
        if (is_searching && idle_.stop_searching() && has_work()) wake_one();
        return Parcel::unpack(*std::move(found));
      }
      park(worker, is_searching);
    }
  }
  // What is in the worker's own queue.
  void take_one(std::size_t worker) {
    if (auto found = queues_[worker].pop()) Parcel::unpack(*std::move(found));
  }

  void check_end() {
    ASYNC_CHECK(idle_.sleeping() == 0, "a worker that has work stands among those that sleep");
    ASYNC_CHECK(idle_.start_searching(), "nobody searches, and yet some are counted");
    while (auto left = shared_.pop()) Parcel::unpack(*std::move(left));
    std::apply([this](auto&... queues) { parcels_.check_each_came_once(queues...); }, queues_);
  }

 private:
  void wake_one() {
    if (const auto worker = idle_.to_wake()) parkers_[*worker].unpark();
  }

  [[nodiscard]] bool has_work() const {
    if (!shared_.is_empty()) return true;
    for (const SmallQueue& queue : queues_) {
      if (!queue.is_empty()) return true;
    }
    return false;
  }

  std::optional<Runnable> next(std::size_t worker, bool& is_searching) {
    if (auto found = queues_[worker].pop()) return found;
    if (auto found = shared_.pop()) return found;
    if (!is_searching && !idle_.start_searching()) return std::nullopt;
    is_searching = true;
    for (std::size_t i = 1; i < kWorkers; ++i) {
      if (auto found = queues_[(worker + i) % kWorkers].steal_into(queues_[worker])) return found;
    }
    return shared_.pop();
  }

  void park(std::size_t worker, bool& is_searching) {
    idle_.sleep(worker, is_searching);
    if (has_work()) wake_one();  // it may be this one
    parkers_[worker].park();
    is_searching = true;  // as whoever took it out of the list has counted it
  }

  SharedQueue shared_;
  IdleWorkers idle_{kWorkers};
  std::array<SmallQueue, kWorkers> queues_;
  std::array<base::Parker, kWorkers> parkers_;
  Parcels<kTasks> parcels_;
};

// A worker pushes to its own queue while the other one goes to sleep.
inline void idle_workers_steal() {
  ModelWorkers<2, 1> workers;
  base::Thread other([&] { workers.run_one(1); });
  workers.push(0);
  other.join();
  workers.check_end();
}

// A thread from outside pushes, and again while the worker goes back to sleep.
inline void idle_workers_are_called_from_outside() {
  ModelWorkers<1, 2> workers;
  base::Thread worker([&] {
    for (int i = 0; i < 2; ++i) workers.run_one(0);
  });
  for (int i = 0; i < 2; ++i) workers.push_from_outside();
  worker.join();
  workers.check_end();
}

// Two tasks from outside: both workers wake, one after the other, though the second push may have woken nobody.
inline void idle_workers_wake_each_other() {
  ModelWorkers<2, 2> workers;
  base::Thread one([&] { workers.run_one(0); });
  base::Thread two([&] { workers.run_one(1); });
  for (int i = 0; i < 2; ++i) workers.push_from_outside();
  one.join();
  two.join();
  workers.check_end();
}

// A thief takes two and is busy with the first: the other worker finds the second one with the thief.
inline void idle_workers_steal_what_was_stolen() {
  ModelWorkers<3, 3> workers;
  base::Thread one([&] { workers.run_one(1); });
  base::Thread two([&] { workers.run_one(2); });
  for (int i = 0; i < 3; ++i) workers.push(0);
  workers.take_one(0);
  one.join();
  two.join();
  workers.check_end();
}

inline constexpr Model models_of_idle_workers[] = {
    {"idle_workers_steal", idle_workers_steal, {.preemptions = 5, .old_reads = 3}},
    {"idle_workers_are_called_from_outside", idle_workers_are_called_from_outside, {.preemptions = 5}},
    {"idle_workers_wake_each_other", idle_workers_wake_each_other, {.preemptions = 3}},
    {"idle_workers_steal_what_was_stolen", idle_workers_steal_what_was_stolen, {.old_reads = 1}},
};

}  // namespace async::models
