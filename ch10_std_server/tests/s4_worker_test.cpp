// s4_worker_test.cpp -- connections that are put into a worker's box at the worst moments.
#include "ch10_std_server/s4_worker.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/heard_lines.hpp"
#include "ch10_std_server/tests/running_server.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {
namespace {

class WorkerTest : public ::testing::TestWithParam<ExecutorKind> {};
ON_BOTH_EXECUTORS(WorkerTest);

// The client's end of a connection whose message is on its way already.
Descriptor hand_over_to(Worker& worker) {
  auto pair = unix_pair();
  write_now(pair.theirs, frame("hello"));
  ::shutdown(pair.theirs.get(), SHUT_WR);
  worker.hand_over({std::move(pair.ours), {}});
  return std::move(pair.theirs);
}

std::string reply_in_time(const Descriptor& client) {
  std::string reply;
  for (;;) {
    pollfd watched{client.get(), POLLIN, 0};
    if (::poll(&watched, 1, 20'000) <= 0) return reply + " (nothing in time)";
    const auto there = read_available(client);
    reply += there.bytes;
    if (there.ended) return reply;
  }
}

TEST_P(WorkerTest, ConnectionForASleepingWorker_IsAnswered) {
  HeardLines lines;
  ServerOptions options = quick_options(GetParam());
  options.quiet = false;
  options.lines = &lines;
  Worker worker("One", options);
  worker.start();
  for (int round = 1; round <= 3; ++round) {
    ASSERT_TRUE(lines.wait_until([&](const auto& heard) { return heard.sleeping >= round; }));
    EXPECT_EQ(reply_in_time(hand_over_to(worker)), kGoodReply);
  }
}

TEST_P(WorkerTest, TwoConnectionsInQuickSuccession_AreBothAnswered) {
  const ServerOptions options = quick_options(GetParam());
  Worker worker("One", options);
  worker.start();
  for (int round = 0; round < 100; ++round) {
    const Descriptor one = hand_over_to(worker), two = hand_over_to(worker);
    ASSERT_EQ(reply_in_time(one), kGoodReply) << "round " << round;
    ASSERT_EQ(reply_in_time(two), kGoodReply) << "round " << round;
  }
}

// The book's fault, at the very moment: the worker has looked into its box and is about to fall asleep. It is
// held there until the connection is in the box. Predict: who ends a sleep that has not begun?
TEST_P(WorkerTest, ConnectionBetweenTheLastLookAndTheSleep_IsAnswered) {
  class HandsOver : public ServerLines {
   public:
    void sleeping(const std::string&) override {
      if (const auto hand_over = std::exchange(once, {})) hand_over();
    }
    void connection(const std::string&, const sockaddr_in&) override {}
    void message(const Data&) override {}
    std::function<void()> once;
  };
  async::base::Parker made, handed_over;
  Worker* worker_to_use = nullptr;
  Descriptor client;
  HandsOver lines;
  lines.once = [&] {
    made.park();
    client = hand_over_to(*worker_to_use);
    handed_over.unpark();
  };
  ServerOptions options = quick_options(GetParam());
  options.quiet = false;
  options.lines = &lines;
  Worker worker("One", options);
  worker.start();
  worker_to_use = &worker;
  made.unpark();
  handed_over.park();
  EXPECT_EQ(reply_in_time(client), kGoodReply);
}

TEST_P(WorkerTest, StopOfASleepingOrFreshWorker_EndsIt) {
  for (int round = 0; round < 50; ++round) {
    const ServerOptions options = quick_options(GetParam());
    Worker worker("One", options);
    worker.start();
    if (round % 2 == 0) worker.stop();
  }
}

TEST_P(WorkerTest, ConnectionInTheBoxWhenItStops_IsAnsweredIfItsMessageIsThere) {
  const ServerOptions options = quick_options(GetParam());
  for (int round = 0; round < 20; ++round) {
    Worker worker("One", options);
    worker.start();
    const Descriptor client = hand_over_to(worker);
    worker.stop();
    ASSERT_EQ(reply_in_time(client), kGoodReply);
  }
}

}  // namespace
}  // namespace ch10::tests
