// shared_queue.hpp -- the models of common/runtime/shared_queue.hpp: several push and pop, and one day it ends.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "common/explorer/tests/models/work_queue.hpp"
#include "common/runtime/shared_queue.hpp"

namespace async::models {

// Two push, one pops what it sees; the rest is there afterwards, and the size says how much.
inline void shared_queue_is_filled_by_two() {
  SharedQueue queue;
  Parcel first, second;
  base::Thread one([&] { ASYNC_CHECK(!queue.push(first.packed(1)), "refused, though it has not ended"); });
  base::Thread two([&] { ASYNC_CHECK(!queue.push(second.packed(2)), "refused, though it has not ended"); });
  if (auto next = queue.pop()) Parcel::unpack(*std::move(next));
  one.join();
  two.join();
  ASYNC_CHECK(queue.size() == 2u - static_cast<unsigned>(first.times_taken() + second.times_taken()),
              "the size is not how many are there");
  while (auto next = queue.pop()) Parcel::unpack(*std::move(next));
  ASYNC_CHECK(first.times_taken() == 1 && second.times_taken() == 1, "a task was lost");
}

// A batch comes in whole, and goes out to two, each of which looks first without the lock.
inline void shared_queue_gives_batches() {
  SharedQueue queue;
  Parcel first, second;
  base::Thread one([&] {
    std::vector<Runnable> batch;
    batch.push_back(first.packed(1));
    batch.push_back(second.packed(2));
    queue.push_all(batch);
    ASYNC_CHECK(batch.empty(), "refused, though it has not ended");
    if (auto next = queue.pop()) Parcel::unpack(*std::move(next));
  });
  std::vector<Runnable> some = queue.pop_some(2);
  unpack_all(some);
  one.join();
  while (auto next = queue.pop()) Parcel::unpack(*std::move(next));
  ASYNC_CHECK(first.times_taken() == 1 && second.times_taken() == 1, "a task was lost");
}

// It ends while somebody pushes: the task is with whoever ended it, or comes back.
inline void shared_queue_ends() {
  SharedQueue queue;
  Parcel parcel;
  base::Thread other([&] {
    if (auto refused = queue.push(parcel.packed(1))) Parcel::unpack(*std::move(refused));
  });
  Runnables left = queue.end();
  while (!left.empty()) {
    Parcel::unpack(std::move(left.front()));
    left.pop_front();
  }
  other.join();
  ASYNC_CHECK(queue.is_empty() && parcel.times_taken() == 1, "a task was lost");
}

inline constexpr Model models_of_shared_queue[] = {
    {"shared_queue_is_filled_by_two", shared_queue_is_filled_by_two, {.preemptions = 4, .old_reads = 3}},
    {"shared_queue_gives_batches", shared_queue_gives_batches, {.preemptions = 9, .old_reads = 3}},
    {"shared_queue_ends", shared_queue_ends, {.preemptions = 9, .old_reads = 3}},
};

}  // namespace async::models
