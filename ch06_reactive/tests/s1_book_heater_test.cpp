// s1_book_heater_test.cpp -- the book's futures, polled by hand; and how often they are polled for how much.
#include "ch06_reactive/s1_book_heater.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"

#include "ch06_reactive/s1_polls.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;

class BookHeaterTest : public testing::Test {
 protected:
  PausedClock clock_;
  Subjects subjects_;
  CountingTask task_;
};

// Question: nothing has happened. Why is the task to be polled again all the same?
// Predict the number of wakes. Break in `DisplayFuture::poll`.
TEST_F(BookHeaterTest, EachPoll_WakesItsOwnTask) {
  DisplayFuture display(subjects_, [](const Room&) { FAIL() << "nothing has changed"; });
  HeaterFuture heater(subjects_);
  HeatLossFuture heat_loss(subjects_);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(task_.poll(display).is_pending());
    EXPECT_TRUE(task_.poll(heater).is_pending());
    EXPECT_TRUE(task_.poll(heat_loss).is_pending());
  }
  EXPECT_EQ(task_.take_wakes(), 30u);
}

TEST_F(BookHeaterTest, Display_SwitchesTheHeaterWhenTheTemperatureHasChanged) {
  std::vector<Room> shown;
  DisplayFuture display(subjects_, [&shown](const Room& room) { shown.push_back(room); });
  EXPECT_TRUE(task_.poll(display).is_pending());
  EXPECT_FALSE(subjects_.heat_on) << "it is too cold, but nothing has changed";
  subjects_.temp = 2089;
  EXPECT_TRUE(task_.poll(display).is_pending());
  EXPECT_TRUE(subjects_.heat_on);
  subjects_.temp = 2101;
  EXPECT_TRUE(task_.poll(display).is_pending());
  EXPECT_FALSE(subjects_.heat_on);
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_FALSE(shown[0].heat_on) << "the snapshot on which it was decided";
}

TEST_F(BookHeaterTest, Heater_CountsItsThreeSecondsFromWhenItIsOn) {
  HeaterFuture heater(subjects_);
  clock_.advance(10s);
  EXPECT_TRUE(task_.poll(heater).is_pending());
  subjects_.heat_on = true;
  EXPECT_TRUE(task_.poll(heater).is_pending());
  EXPECT_EQ(subjects_.temp, 2090);
  clock_.advance(3s);
  EXPECT_TRUE(task_.poll(heater).is_pending());
  EXPECT_EQ(subjects_.temp, 2093);
  EXPECT_TRUE(task_.poll(heater).is_pending());
  EXPECT_EQ(subjects_.temp, 2093);
}

TEST_F(BookHeaterTest, HeatLoss_ComesAfterMoreThanThreeSeconds) {
  HeatLossFuture heat_loss(subjects_);
  clock_.advance(3s);
  EXPECT_TRUE(task_.poll(heat_loss).is_pending());
  EXPECT_EQ(subjects_.temp, 2090);
  clock_.advance(1ns);
  EXPECT_TRUE(task_.poll(heat_loss).is_pending());
  EXPECT_EQ(subjects_.temp, 2089);
}

// Question: between the book's decision and its store somebody wants 20 degrees. Is the heater on?
// Predict. Break in `switch_by_store`; the cure is `SwitchHeaterTest.StaleDecision_IsMadeAgain`.
TEST_F(BookHeaterTest, StaleDecision_IsCarriedOutByAStore) {
  switch_by_store(subjects_, snapshot_of(subjects_), [this] { subjects_.desired_temp = 2000; });
  EXPECT_TRUE(subjects_.heat_on);
  EXPECT_GT(subjects_.temp, subjects_.desired_temp);
}

// Question: a minute has 20 heat losses and, once the room is warm, a heat every other time. How many polls does it
// take to see them, in rounds of 250 ms?
TEST(PollsTest, ObserversThatWait_ArePolledForWhatHappens) {
  const Polls asked = polls_of_the_book(60s, 250ms);
  EXPECT_EQ(asked.polls, 3u * 4u * 60u);
  const Polls woken = polls_of_the_observers(60s);
  EXPECT_GE(woken.changes, 20u);
  EXPECT_LE(woken.polls, 5 * woken.changes);
  // Twice the questions, not twice the answers.
  const Polls asked_twice = polls_of_the_book(60s, 125ms);
  EXPECT_EQ(asked_twice.polls, 2 * asked.polls);
  EXPECT_LE(asked_twice.changes, asked.changes + 2);
}

}  // namespace
}  // namespace ch06
