// timer_heap_test.cpp -- the next timer first, equal deadlines in order of registration, leaving from the middle.
#include "common/time/timer_heap.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <utility>
#include <vector>

#include "common/time/tests/at.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

TEST(TimerHeapTest, First_IsTheEarliestAndAmongEqualsTheOneThatWasThereFirst) {
  Timer late(at(3s)), early(at(1s)), also_early(at(1s));
  TimerHeap heap;
  heap.insert(late);
  heap.insert(early);
  heap.insert(also_early);
  EXPECT_EQ(heap.first(), &early);
  heap.remove(early);
  EXPECT_EQ(heap.first(), &also_early);
  heap.insert(early);  // registered anew: behind its equal
  EXPECT_EQ(heap.first(), &also_early);
  heap.remove(also_early);
  heap.remove(early);
  EXPECT_EQ(heap.first(), &late);
  heap.remove(late);
  EXPECT_TRUE(heap.is_empty());
  EXPECT_EQ(heap.first(), nullptr);
}

// Against a model that is too simple to be wrong: sort all that is there.
TEST(TimerHeapTest, AnyOrderOfInsertsAndRemoves_GivesWhatSortingWould) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::deque<Timer> timers;
    std::vector<std::pair<Timer*, int>> model;  // and the number of its registration
    TimerHeap heap;
    int registrations = 0;
    for (int i = 0; i < 40; ++i) timers.emplace_back(at(std::chrono::seconds(random() % 10)));
    for (int step = 0; step < 200; ++step) {
      Timer& timer = timers[random() % timers.size()];
      if (timer.is_queued()) {
        heap.remove(timer);
        std::erase_if(model, [&](const auto& entry) { return entry.first == &timer; });
      } else {
        heap.insert(timer);
        model.emplace_back(&timer, ++registrations);
      }
      const auto first = std::ranges::min_element(model, [](const auto& a, const auto& b) {
        return std::pair(a.first->deadline, a.second) < std::pair(b.first->deadline, b.second);
      });
      ASSERT_EQ(heap.size(), model.size());
      ASSERT_EQ(heap.first(), first == model.end() ? nullptr : first->first);
    }
    while (heap.first() != nullptr) heap.remove(*heap.first());
  }
}

TEST(TimerHeapDeathTest, TimerThatDiesOrMovesWhileRegistered_StopsTheProgram) {
  EXPECT_DEATH(
      {
        Timer timer(at(1s));
        TimerHeap heap;
        heap.insert(timer);
        const Timer moved(std::move(timer));
      },
      "moved after its first poll");
  EXPECT_DEATH(
      {
        TimerHeap heap;
        Timer timer(at(1s));
        heap.insert(timer);
      },
      "destroyed while it was registered");
}

}  // namespace
