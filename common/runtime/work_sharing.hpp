// work_sharing.hpp -- WorkSharing: where the workers of a scheduler find work, and how a worker that finds none goes to
// sleep without missing any.
//
// What it is. Each worker has a slot for what it runs next, and a queue; there is a shared queue besides. Who makes
// work puts it somewhere and then wakes a sleeper, if there is one and nobody searches. Who finds nothing says that it
// sleeps, looks at all queues once more, and sleeps.
//
//   making work                     finding work            going to sleep
//   push               wakes one    next: the own slot      fall_asleep: says so, and looks once more
//   push_next          wakes one,     and queue,            sleep: until it is woken, or its driver brings work
//                      or nobody      next_of_shared,       awake
//   push_from_outside  wakes one      steal
//   empty_slot         wakes nobody stop_searching
//
// It knows neither threads nor tasks' runs nor the system: the explorer of interleavings runs this code as it is, with
// a queue of four places and a driver that waits for nothing.
//
// Thread safety: what takes a Member from that worker's thread, all else from any. Lifetime: the members are there as
//   long as anybody calls anything here.
// Memory ordering: see IdleWorkers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/runtime/idle_workers.hpp"
#include "common/runtime/parked_worker.hpp"
#include "common/runtime/shared_queue.hpp"
#include "common/runtime/tally.hpp"
#include "common/task/runnable.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Queue, class Driver>
class WorkSharing {
 public:
  // What a worker brings: its class derives from this.
  struct Member {
    // `is_alone`: there is no other.
    Member(std::size_t its_number, bool is_alone) : number(its_number), queue(is_alone) {}

    const std::size_t number;
    // For others too.
    Queue queue;
    BasicParkedWorker<Driver> parker;
    Tally steals;
    // For its own thread.
    std::optional<Runnable> lifo;
    std::size_t first_victim = 0;
    bool is_searching = false;
    bool is_parking = false;

    [[nodiscard]] bool has_work() const { return lifo || !queue.is_empty(); }
  };

  WorkSharing(std::size_t members, Driver& driver) : driver_(driver), idle_(members) {
    members_.reserve(members);
  }
  WorkSharing(const WorkSharing&) = delete;
  WorkSharing& operator=(const WorkSharing&) = delete;

  // In the order of their numbers, before the first of them runs.
  void add(Member& member) { members_.push_back(&member); }

  // ---- making work -------------------------------------------------------------------------------------------

  // Behind all that waits there. What has no room goes to the shared queue; what that refuses is dropped here.
  void push(Member& mine, Runnable runnable) {
    push_quietly(mine, std::move(runnable));
    // While it is parking it has not decided yet what it does itself.
    if (!mine.is_parking) wake_one();
  }

  // Before all that waits there; what was to be the next goes behind. Nobody is woken for what is in the slot, because
  // nobody may take it from there.
  void push_next(Member& mine, Runnable runnable) {
    std::optional<Runnable> before = std::exchange(mine.lifo, std::nullopt);
    mine.lifo.emplace(std::move(runnable));
    if (before) push(mine, *std::move(before));
  }

  // What is in the slot goes behind all that waits. Nobody is woken for it: either it is alone, and so the next one
  // here, or whoever was woken for the others finds it too.
  void empty_slot(Member& mine) {
    if (mine.lifo) push_quietly(mine, *std::exchange(mine.lifo, std::nullopt));
  }

  // By a thread that is no worker. Gives the runnable back if the shared queue has ended.
  [[nodiscard]] std::optional<Runnable> push_from_outside(Runnable runnable) {
    auto refused = shared_.push(std::move(runnable));
    if (!refused) wake_one();
    return refused;
  }

  // After a push: one sleeper, if there is one and nobody searches.
  void wake_one() {
    if (const auto worker = idle_.to_wake()) members_[*worker]->parker.unpark(driver_);
  }

  // ---- finding work ------------------------------------------------------------------------------------------

  // Nothing: it searches still, or others do.
  [[nodiscard]] std::optional<Runnable> next(Member& mine) {
    if (mine.lifo) return std::exchange(mine.lifo, std::nullopt);
    if (auto found = mine.queue.pop()) return found;
    if (auto found = next_of_shared(mine)) return found;
    return steal(mine);
  }

  // This worker's share of the shared queue: one to run, and as many others as fill its own queue to the half. So also
  // a queue that never empties, because a task in it yields all the time, takes in what waits outside.
  [[nodiscard]] std::optional<Runnable> next_of_shared(Member& mine) {
    const std::size_t share = shared_.size() / members_.size() + 1;
    std::vector<Runnable> some =
        shared_.pop_some(std::min<std::size_t>(share, mine.queue.room_to_half() + 1));
    if (some.empty()) return std::nullopt;
    // They may have waited for long. To fetch them from memory all at once takes as long as to fetch one or two.
    for (const Runnable& each : some) each.header().prefetch();
    if (some.size() > 1) {
      mine.queue.push_all(std::span(some).subspan(1));
      // In between they were in no queue: who was woken for them may have found none, and gone to sleep. One that
      // searches wakes the next when it stops.
      if (!mine.is_searching) wake_one();
    }
    return std::move(some.front());
  }

  // Before it runs what it has found. If there is more, the next searcher is woken before this one is busy: those who
  // pushed saw this one search, and woke nobody.
  void stop_searching(Member& mine) {
    if (std::exchange(mine.is_searching, false) && idle_.stop_searching() && has_work()) wake_one();
  }

  [[nodiscard]] bool has_work() const {
    if (!shared_.is_empty()) return true;
    return std::ranges::any_of(members_, [](const Member* each) { return !each->queue.is_empty(); });
  }

  // ---- going to sleep ----------------------------------------------------------------------------------------

  // From here on it may be woken.
  void fall_asleep(Member& mine) {
    mine.is_parking = true;
    idle_.sleep(mine.number, std::exchange(mine.is_searching, false));
    if (has_work()) wake_one();  // it may be this one
  }

  // False: it was for nothing, and it sleeps still.
  [[nodiscard]] bool sleep(Member& mine) {
    mine.parker.park(driver_);
    if (idle_.sleeps(mine.number)) {
      // Nobody has woken it. If the driver woke tasks they are in here.
      if (!mine.has_work()) return false;
      if (idle_.wake_self(mine.number)) return true;
    }
    mine.is_searching = true;  // as whoever took it out of the list has counted it
    return true;
  }

  // The end of it, for whatever reason.
  void awake(Member& mine) {
    mine.is_parking = false;
    // The driver may have woken many at once.
    if (!mine.is_searching && !mine.queue.is_empty()) wake_one();
  }

  // At the scheduler's end: whoever sleeps looks around.
  void unpark_all() {
    for (Member* const each : members_) each->parker.unpark(driver_);
  }

  [[nodiscard]] SharedQueue& shared() { return shared_; }
  [[nodiscard]] IdleWorkers& idle() { return idle_; }

 private:
  void push_quietly(Member& mine, Runnable runnable) {
    std::vector<Runnable> overflow = mine.queue.push(std::move(runnable));
    if (!overflow.empty()) shared_.push_all(overflow);
  }

  std::optional<Runnable> steal(Member& mine) {
    if (!mine.is_searching && !idle_.start_searching()) return std::nullopt;
    mine.is_searching = true;
    // Each begins with another victim, and with another one each time.
    const std::size_t first = mine.number + mine.first_victim++;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      Member& victim = *members_[(first + i) % members_.size()];
      if (&victim == &mine) continue;
      if (auto found = victim.queue.steal_into(mine.queue)) {
        mine.steals.add_one();
        return found;
      }
    }
    return shared_.pop();
  }

  Driver& driver_;
  SharedQueue shared_;
  IdleWorkers idle_;
  std::vector<Member*> members_;
};

}  // namespace async::inline ASYNC_FLAVOUR
