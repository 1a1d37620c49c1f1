// work_queue.hpp -- the models of common/runtime/work_queue.hpp: one owner, thieves, and a ring of four places.
//
// What is pushed is a task that is never run: who takes it out looks whether it came whole, and only once.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "common/explorer/tests/models/model_tasks.hpp"
#include "common/runtime/work_queue.hpp"

namespace async::models {

using SmallQueue = BasicWorkQueue<4>;

// A task with nothing to do.
class Parcel final : public TaskHeader {
 public:
  // By who is about to push it: the runnable.
  Runnable packed(int contents) {
    contents_.write(contents);
    return Runnable(*this);
  }
  // By whom it came to.
  static void unpack(Runnable runnable) {
    auto& self = static_cast<Parcel&>(std::move(runnable).release());
    ASYNC_CHECK(self.contents_.read() != 0, "something was taken out that nobody had put in");
    self.contents_.write(0);  // whoever takes it as well has a race with this
    self.times_taken_.write(self.times_taken_.read() + 1);
  }
  // After the threads were joined.
  [[nodiscard]] int times_taken() const { return times_taken_.read(); }

  bool poll(Context& /*cx*/) noexcept override { return true; }
  void drop_future() noexcept override {}
  void drop_output() noexcept override {}
  void schedule(Runnable runnable) override { (void)std::move(runnable).release(); }
  void retire() noexcept override {}

 private:
  Payload contents_ = 0;
  explorer::Cell<int> times_taken_ = 0;
};

template <std::size_t kCount>
class Parcels {
 public:
  Runnable packed() {
    Parcel& next = all_[packed_];
    return next.packed(static_cast<int>(++packed_));
  }

  // What is left in a queue was not lost either.
  template <class... Queues>
  void check_each_came_once(Queues&... queues) {
    (take_all(queues), ...);
    for (std::size_t i = 0; i < packed_; ++i) ASYNC_CHECK(all_[i].times_taken() == 1, "a task was lost");
  }

  static void take_all(SmallQueue& own) {
    while (auto next = own.pop()) Parcel::unpack(*std::move(next));
  }

 private:
  std::array<Parcel, kCount> all_;
  std::size_t packed_ = 0;  // the owner's
};

inline void unpack_all(std::vector<Runnable>& some) {
  for (Runnable& each : some) Parcel::unpack(std::move(each));
  some.clear();
}

inline void steal_and_unpack(SmallQueue& from, SmallQueue& own) {
  if (auto first = from.steal_into(own)) Parcel::unpack(*std::move(first));
}

// The owner pushes and pops while a thief steals.
inline void work_queue_is_stolen_from() {
  SmallQueue owners, thiefs;
  Parcels<3> parcels;
  base::Thread thief([&] {
    steal_and_unpack(owners, thiefs);
    Parcels<3>::take_all(thiefs);
  });
  for (int i = 0; i < 3; ++i) {
    ASYNC_CHECK(owners.push(parcels.packed()).empty(), "there was room for it");
  }
  Parcels<3>::take_all(owners);
  thief.join();
  parcels.check_each_came_once(owners, thiefs);
}

// The ring is full, and the head in its middle: half of it goes out of the queue, or a thief makes room. What is pushed
// then lies in places that a thief has read.
inline void work_queue_runs_over() {
  SmallQueue owners, thiefs;
  Parcels<8> parcels;
  const auto push = [&] {
    std::vector<Runnable> overflow = owners.push(parcels.packed());
    unpack_all(overflow);
  };
  push();
  Parcels<8>::take_all(owners);
  for (int i = 0; i < 4; ++i) push();
  base::Thread thief([&] {
    steal_and_unpack(owners, thiefs);
    Parcels<8>::take_all(thiefs);
  });
  if (auto mine = owners.pop()) Parcel::unpack(*std::move(mine));
  for (int i = 0; i < 3; ++i) push();
  Parcels<8>::take_all(owners);
  thief.join();
  parcels.check_each_came_once(owners, thiefs);
}

// Two thieves at a full queue: while the first one copies the other one gets nothing, or what it copies would be free
// as soon as the first one is done, and the owner would write over it.
inline void work_queue_has_two_thieves() {
  SmallQueue owners, ones, others;
  Parcels<7> parcels;
  for (int i = 0; i < 4; ++i) (void)owners.push(parcels.packed());
  base::Thread owner([&] {
    for (int i = 0; i < 3; ++i) {
      std::vector<Runnable> overflow = owners.push(parcels.packed());
      unpack_all(overflow);
    }
  });
  base::Thread other([&] { steal_and_unpack(owners, others); });
  steal_and_unpack(owners, ones);
  owner.join();
  other.join();
  parcels.check_each_came_once(owners, ones, others);
}

// A batch from the shared queue goes where there is room, while a thief steals.
inline void work_queue_takes_a_batch() {
  SmallQueue owners, thiefs;
  Parcels<5> parcels;
  for (int i = 0; i < 2; ++i) (void)owners.push(parcels.packed());
  base::Thread thief([&] {
    steal_and_unpack(owners, thiefs);
    Parcels<5>::take_all(thiefs);
  });
  if (auto mine = owners.pop()) Parcel::unpack(*std::move(mine));
  std::vector<Runnable> batch;
  for (std::uint32_t i = 0, room = owners.room_to_half() + 1; i < room; ++i)
    batch.push_back(parcels.packed());
  owners.push_all(std::span(batch));
  Parcels<5>::take_all(owners);
  thief.join();
  parcels.check_each_came_once(owners, thiefs);
}

inline constexpr Model models_of_work_queue[] = {
    {"work_queue_is_stolen_from", work_queue_is_stolen_from, {.preemptions = 3}},
    {"work_queue_runs_over", work_queue_runs_over, {.preemptions = 3}},
    {"work_queue_has_two_thieves", work_queue_has_two_thieves},
    {"work_queue_takes_a_batch", work_queue_takes_a_batch, {.preemptions = 3}},
};

}  // namespace async::models
