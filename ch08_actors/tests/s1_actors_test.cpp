// s1_actors_test.cpp -- an actor's sum, its answers, and its end.
#include "ch08_actors/s1_actors.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"

namespace ch08 {
namespace {

std::optional<std::int64_t> answer_in(oneshot::Receiver<std::int64_t>& answer) {
  const auto got = answer.try_recv();
  return got ? std::optional(*got) : std::nullopt;
}

// Question: three messages are sent before the actor runs for the first time. How many polls does it need?
// Predict: what is printed after one step? Break in `basic_actor`.
TEST(BasicActorTest, AddsUpWhateverWaits_InOnePoll) {
  const demo::CapturedLines printed;
  ManualExecutor executor;
  auto channel = mpsc::channel<Message>(10);
  auto actor = executor.spawn(basic_actor(std::move(channel.receiver)));
  for (const int value : {1, 2, 3}) ASSERT_TRUE(channel.sender.try_send(Message(value)));
  executor.step();
  EXPECT_EQ(printed.lines(), (std::vector<std::string>{"Received: 1", "State: 1", "Received: 2", "State: 3",
                                                       "Received: 3", "State: 6"}));
  EXPECT_FALSE(actor.is_finished());
  {
    const auto last = std::move(channel.sender);
  }
  executor.step();
  EXPECT_TRUE(actor.is_finished());
}

TEST(RespActorTest, AnswersEachWithTheSumSoFar) {
  ManualExecutor executor;
  auto channel = mpsc::channel<RespMessage>(10);
  auto actor = executor.spawn(resp_actor(std::move(channel.receiver)));
  auto first = oneshot::channel<std::int64_t>();
  auto second = oneshot::channel<std::int64_t>();
  ASSERT_TRUE(channel.sender.try_send(RespMessage(20, std::move(first.sender))));
  ASSERT_TRUE(channel.sender.try_send(RespMessage(22, std::move(second.sender))));
  EXPECT_EQ(answer_in(first.receiver), std::nullopt);
  executor.step();
  EXPECT_EQ(answer_in(first.receiver), 20);
  EXPECT_EQ(answer_in(second.receiver), 42);
  EXPECT_FALSE(actor.is_finished());
}

// Question: whoever asked is gone. Does its number count? Does the actor go on?
// Predict: what does the next one hear? Break in `resp_actor`.
TEST(RespActorTest, AskerIsGone_ItsNumberCountsAndTheActorGoesOn) {
  ManualExecutor executor;
  auto channel = mpsc::channel<RespMessage>(10);
  auto actor = executor.spawn(resp_actor(std::move(channel.receiver)));
  {
    auto gone = oneshot::channel<std::int64_t>();
    ASSERT_TRUE(channel.sender.try_send(RespMessage(40, std::move(gone.sender))));
  }
  auto next = oneshot::channel<std::int64_t>();
  ASSERT_TRUE(channel.sender.try_send(RespMessage(2, std::move(next.sender))));
  executor.step();
  EXPECT_EQ(answer_in(next.receiver), 42);
  EXPECT_FALSE(actor.is_finished());
}

}  // namespace
}  // namespace ch08
