// channel_blocking_test.cpp -- threads that wait stand in the same queue as tasks, each in its turn.
//
// The paused clock knows when all threads are blocked: blocking_sleep(1s) returns when the others are parked.
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using testing::ElementsAre;

class ChannelBlockingTest : public testing::Test {
 protected:
  // Until every other thread is parked.
  static void until_all_wait() { blocking_sleep(1s); }

  void log(const std::string& line) { lines_.lock()->push_back(line); }
  std::vector<std::string> lines() { return *lines_.lock(); }

  Deadline deadline_{"a parked thread was not woken"};
  PausedClock clock_;
  base::Locked<std::vector<std::string>> lines_;
};

// Question: a thread blocks in recv(), then a task waits, then a thread again. In which order do they get
// values? Predict. Break in `ChannelCore::notify_receiver`, and step up to see who is called.
TEST_F(ChannelBlockingTest, ThreadsAndTasksThatReceive_AreServedInTheOrderOfTheirComing) {
  auto [sender, receiver] = unbounded<int>();
  const auto receive = [this, from = receiver](std::string name) {
    log(name + " " + std::to_string(from.recv().value()));
  };
  const base::Thread first(receive, "first thread");
  until_all_wait();
  Receiving<int> task(receiver);
  EXPECT_FALSE(task.poll());
  const base::Thread second(receive, "second thread");
  until_all_wait();

  EXPECT_TRUE(sender.send(1));
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread 1"));
  EXPECT_TRUE(sender.send(2));
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread 1"));  // the task is woken, and nobody polls it
  EXPECT_EQ(task.wakes(), 1u);
  EXPECT_TRUE(task.poll());
  EXPECT_EQ(*task.result, 2);
  EXPECT_TRUE(sender.send(3));
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread 1", "second thread 3"));
}

TEST_F(ChannelBlockingTest, ThreadsAndTasksThatSend_AreLetInInTheOrderOfTheirComing) {
  auto [sender, receiver] = bounded<int>(0);
  const auto send = [this, to = sender](std::string name, int value) {
    EXPECT_TRUE(to.send(value));
    log(name + " sent");
  };
  const base::Thread first(send, "first thread", 1);
  until_all_wait();
  Sending<int> task(sender, 2);
  EXPECT_FALSE(task.poll());
  const base::Thread second(send, "second thread", 3);
  until_all_wait();

  EXPECT_EQ(receiver.recv(), 1);
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread sent"));
  EXPECT_EQ(receiver.recv(), 2);
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread sent"));
  EXPECT_TRUE(task.poll());
  EXPECT_EQ(receiver.recv(), 3);
  until_all_wait();
  EXPECT_THAT(lines(), ElementsAre("first thread sent", "second thread sent"));
}

TEST_F(ChannelBlockingTest, Rendezvous_BlocksEachSideUntilTheOtherComes) {
  auto [sender, receiver] = bounded<std::string>(0);
  {
    const base::Thread other([&sender] { EXPECT_TRUE(sender.send("early sender")); });
    until_all_wait();
    EXPECT_EQ(receiver.len(), 0u);
    EXPECT_EQ(receiver.recv(), "early sender");
  }
  const base::Thread other([&receiver] { EXPECT_EQ(receiver.recv(), "early receiver"); });
  until_all_wait();
  EXPECT_TRUE(sender.send("early receiver"));
}

TEST_F(ChannelBlockingTest, Close_WakesBlockedThreadsOfBothSides) {
  auto [sender, receiver] = bounded<int>(0);
  {
    const auto receive = [from = receiver] { EXPECT_TRUE(from.recv().error().is_closed()); };
    const base::Thread first(receive), second(receive);
    until_all_wait();
    sender.close();
  }
  auto [other_sender, other_receiver] = bounded<int>(0);
  const auto send = [to = other_sender](int value) { EXPECT_EQ(to.send(value).error().value(), value); };
  const base::Thread first(send, 1), second(send, 2);
  until_all_wait();
  other_receiver.close();
}

TEST_F(ChannelBlockingTest, LastEndOfTheOtherSide_WakesBlockedThreads) {
  auto ends = std::optional(bounded<int>(0));
  {
    const base::Thread receives([from = ends->receiver] { EXPECT_TRUE(from.recv().error().is_closed()); });
    until_all_wait();
    {
      const auto last = std::move(ends->sender);
    }
  }
  ends.emplace(bounded<int>(0));
  const base::Thread sends([to = ends->sender] { EXPECT_EQ(to.send(3).error().value(), 3); });
  until_all_wait();
  {
    const auto last = std::move(ends->receiver);
  }
}

// Iteration.

TEST_F(ChannelBlockingTest, RangeFor_WaitsForValues_AndEndsWhenTheChannelIsClosedAndDrained) {
  auto ends = unbounded<std::unique_ptr<int>>();
  const base::Thread sends([to = std::move(ends.sender)] {
    for (int i = 1; i <= 3; ++i) {
      blocking_sleep(1s);
      EXPECT_TRUE(to.send(std::make_unique<int>(i)));
    }
  });
  std::vector<int> got;
  for (const std::unique_ptr<int> value : ends.receiver) got.push_back(*value);
  EXPECT_THAT(got, ElementsAre(1, 2, 3));
  EXPECT_EQ(now(), Instant(3s));
  for (const std::unique_ptr<int> value : ends.receiver) got.push_back(*value);  // nothing more
  EXPECT_EQ(got.size(), 3u);
}

TEST_F(ChannelBlockingTest, TryIter_TakesWhatIsThere_AndNeverWaits) {
  auto [sender, receiver] = bounded<int>(2);
  EXPECT_TRUE(sender.send(1));
  EXPECT_TRUE(sender.send(2));
  Sending<int> waits(sender, 3);
  EXPECT_FALSE(waits.poll());
  std::vector<int> got;
  for (const int value : receiver.try_iter()) got.push_back(value);
  EXPECT_THAT(got, ElementsAre(1, 2, 3));
  EXPECT_EQ(waits.wakes(), 1u);
  for (const int value : receiver.try_iter()) got.push_back(value);
  sender.close();
  for (const int value : receiver.try_iter()) got.push_back(value);
  EXPECT_EQ(got.size(), 3u);
}

TEST_F(ChannelBlockingTest, LoopThatIsLeft_LeavesTheRestInTheChannel) {
  auto [sender, receiver] = unbounded<int>();
  for (int i = 1; i <= 5; ++i) EXPECT_TRUE(sender.send(i));
  for (const int value : receiver) {
    if (value == 2) break;
  }
  EXPECT_EQ(receiver.len(), 3u);
}

}  // namespace
