// s5_supervisor_test.cpp -- the heartbeat actor alone: whom it resets, when, and how often.
#include "ch08_actors/s5_supervisor.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>

#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

namespace ch08 {
namespace {

using namespace std::chrono_literals;

class HeartbeatTest : public ::testing::Test {
 protected:
  HeartbeatTest() {
    auto settings = std::make_shared<StoreSettings>("data.json");
    settings->tell = [](const std::string&) {};
    actor_.emplace(executor_.spawn(heartbeat_actor(std::move(beats_.receiver), control_.sender, settings)));
    executor_.step();
  }
  void beat(ActorType actor, int instance = 1) {
    EXPECT_TRUE(beats_.sender.try_send(Heartbeat(actor, instance)));
    executor_.step();
  }
  void pass(Duration duration) {
    clock_.advance(duration);
    executor_.step();
  }
  // Who is to be reset, if anybody.
  std::optional<ActorType> reset() {
    auto message = control_.receiver.try_recv();
    return message ? std::optional(std::get<Reset>(*message).actor) : std::nullopt;
  }

  PausedClock clock_;
  ManualExecutor executor_;
  mpsc::Channel<Heartbeat> beats_ = mpsc::channel<Heartbeat>(32);
  mpsc::Channel<ControlMessage> control_ = mpsc::channel<ControlMessage>(32);
  std::optional<JoinHandle<>> actor_;
};

// Question: the last beat of the writer was at 0. When is it reset, if the other one goes on?
// Predict: at which moment does the supervisor wake up by itself? Break in `beat_before`.
TEST_F(HeartbeatTest, WhoIsNotHeardOf_IsResetExactlyAtTheLimit) {
  beat(ActorType::key_value);
  beat(ActorType::writer);
  pass(300ms);
  beat(ActorType::key_value);
  pass(199ms);
  EXPECT_EQ(reset(), std::nullopt);
  pass(1ms);
  EXPECT_EQ(reset(), ActorType::writer);
}

// The book's supervisor looks only when it hears somebody: with both dead it would never look again.
TEST_F(HeartbeatTest, AllAreSilent_AndItNoticesAllTheSame) {
  beat(ActorType::key_value);
  beat(ActorType::writer);
  pass(500ms);
  EXPECT_TRUE(reset());
}

TEST_F(HeartbeatTest, WhoBeatsInTime_IsNeverReset) {
  for (int i = 0; i < 1000; ++i) {
    beat(ActorType::key_value);
    beat(ActorType::writer);
    pass(499ms);
    ASSERT_EQ(reset(), std::nullopt);
  }
}

TEST_F(HeartbeatTest, NobodyWasEverHeardOf_NobodyIsReset) {
  pass(1h);
  EXPECT_EQ(reset(), std::nullopt);
}

// Question: the old writer beats once more after the reset was asked for. Is there a second reset?
// Predict: what does its instance say? Break in `heartbeat_actor`.
TEST_F(HeartbeatTest, OneReset_UntilTheNewOnesAreHeardOf) {
  beat(ActorType::key_value);
  beat(ActorType::writer);
  pass(500ms);
  EXPECT_TRUE(reset());
  beat(ActorType::writer);
  pass(10s);
  EXPECT_EQ(reset(), std::nullopt);
  beat(ActorType::writer, 2);
  pass(499ms);
  EXPECT_EQ(reset(), std::nullopt);
  pass(1ms);
  EXPECT_EQ(reset(), ActorType::writer);
}

TEST_F(HeartbeatTest, RouterIsGone_ItEnds) {
  {
    const auto last = std::move(beats_.sender);
  }
  executor_.step();
  EXPECT_TRUE(actor_->is_finished());
}

}  // namespace
}  // namespace ch08
