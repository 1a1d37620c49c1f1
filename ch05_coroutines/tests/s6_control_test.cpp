// s6_control_test.cpp -- whoever holds the coroutines decides; the totals are the same whoever that is.
#include "ch05_coroutines/s6_control.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch05_coroutines/s6_nesting_future.hpp"

namespace ch05 {
namespace {

// Read this one first.
// Question: a dead coroutine is resumed no more, and does not know that it is dead. What if somebody revives
// it?
// Predict the values: are they those that it would have yielded anyway? Break in `RandCoroutine::resume`.
TEST(ControlTest, DeadOrAlive_IsTheControllersBusiness) {
  RandCoroutine undisturbed(7);
  std::vector<int> expected;
  for (int i = 0; i < 4; ++i) expected.push_back(undisturbed.resume().yielded());

  std::vector<RandCoroutine> one{RandCoroutine(7)};
  std::vector<int> values;
  for (int i = 0; i < 4; ++i) {
    one[0].live = true;
    const Controlled once = control(one, 11);  // 10 is the greatest, so the first value kills
    EXPECT_EQ(once.resumes, 1u);
    EXPECT_FALSE(one[0].live);
    values.push_back(one[0].value);
  }
  EXPECT_EQ(values, expected);
}

TEST(ControlTest, LowerCutoff_GivesAHigherTotal) {
  long before = 0;
  for (const int cutoff : {11, 9, 5, 1}) {
    auto coroutines = rand_coroutines(10, 1);
    const Controlled controlled = control(coroutines, cutoff);
    EXPECT_GT(controlled.total, before) << cutoff;
    before = controlled.total;
    for (const RandCoroutine& coroutine : coroutines) EXPECT_LT(coroutine.value, cutoff);
  }
}

// Whatever the machine: the book's ten coroutines and its cutoff.
TEST(ControlTest, SeedOne_HasTheseTotals) {
  auto coroutines = rand_coroutines(10, 1);
  const Controlled controlled = control(coroutines, 9);
  EXPECT_EQ(controlled.total, 59);
  EXPECT_EQ(controlled.resumes, 13u);
}

TEST(ControlTest, NoCoroutines_AreAllDead) {
  std::vector<RandCoroutine> none;
  EXPECT_EQ(control(none, 9).resumes, 0u);
}

TEST(ControlTest, CutoffAtWhichNobodyDies_IsRefused) {
  std::vector<RandCoroutine> one{RandCoroutine(7)};
  EXPECT_THROW((void)control(one, 0), std::invalid_argument);
  EXPECT_THROW(ControllingFuture(one, -1), std::invalid_argument);
}

// Question: a future holds ten that are never ready. How many polls until it is ready itself, and who wakes
// it?
// Predict: as many as the rounds of control(). Break in `ControllingFuture::poll`.
TEST(NestingFutureTest, TotalIsThatOfControl_AndARoundIsAPoll) {
  auto coroutines = rand_coroutines(10, 1);
  const Controlled expected = control(coroutines, 5);

  ManualExecutor executor;
  auto task = executor.spawn_task(NestingFuture(ControllingFuture(rand_coroutines(10, 1), 5)));
  std::size_t polls = 0;
  while (executor.step()) ++polls;
  ASSERT_TRUE(task.is_finished());
  const Controlled controlled = block_on(task);
  EXPECT_EQ(controlled.total, expected.total);
  EXPECT_EQ(controlled.resumes, expected.resumes);
  std::size_t rounds = 1;  // the last one finds nobody alive
  auto again = rand_coroutines(10, 1);
  for (; std::ranges::any_of(again, &RandCoroutine::live); ++rounds) {
    for (auto& each : again) {
      if (!each.live) continue;
      (void)each.resume();
      kill_below(5, each);
    }
  }
  EXPECT_EQ(polls, rounds);
}

TEST(NestingFutureTest, PassesPendingAndReadyOn) {
  ManualExecutor executor;
  auto task = executor.spawn_task(NestingFuture(NestingFuture(yield_now())));
  EXPECT_EQ(executor.step()->ran, Runnable::Ran::woken);
  EXPECT_EQ(executor.step()->ran, Runnable::Ran::finished);
  EXPECT_TRUE(task.is_finished());
}

TEST(NestingFutureTest, OnAnExecutor_TheTotalIsTheSame) {
  const Deadline deadline("the future never ended");
  auto coroutines = rand_coroutines(10, 3);
  PriorityExecutor executor({.high = 1, .low = 1});
  const auto [controlled] =
      PriorityExecutor::join(executor.spawn_task(ControllingFuture(rand_coroutines(10, 3), 9)));
  EXPECT_EQ(controlled.total, control(coroutines, 9).total);
}

// Question: a coroutine has yielded twice here, and is sent to another thread. What does it yield there?
// Predict: does it begin anew? Break in the thread.
TEST(OtherThreadTest, GoesOnWhereItWas) {
  const Deadline deadline("the thread never answered");
  RandCoroutine undisturbed(7), sent(7);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(sent.resume().yielded(), undisturbed.resume().yielded());

  auto [sender, receiver] = bounded<RandCoroutine>(1);
  std::vector<int> yielded;
  base::Thread thread([from = receiver, &yielded] {
    for (RandCoroutine coroutine : from) yielded.push_back(coroutine.resume().yielded());
  });
  ASSERT_TRUE(sender.send(sent));
  sender.close();
  thread.join();
  EXPECT_EQ(yielded, std::vector{undisturbed.resume().yielded()});
}

}  // namespace
}  // namespace ch05
