// slow_test.cpp -- what takes seconds: the two seconds that a reply may take, and long runs.
#include <csignal>
#include <gtest/gtest.h>
#include <poll.h>

#include "common/base/thread.hpp"

#include "ch10_std_server/s4_worker.hpp"
#include "ch10_std_server/tests/heard_lines.hpp"
#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/program.hpp"
#include "ch10_std_server/tests/running_server.hpp"

namespace ch10::tests {
namespace {

class SlowTest : public ::testing::TestWithParam<ExecutorKind> {};
ON_BOTH_EXECUTORS(SlowTest);

// Four clients that do not take their reply: one whose buffer is full, one that reads nothing and does not leave,
// one that sends on for ever, one that took the reply and does not leave. All are cut after two seconds.
// TCP's buffers cannot be filled with 14 bytes, so these connections are Unix sockets, and one is filled before.
TEST_P(SlowTest, ReplyThatDoesNotGoOut_IsCutAfterTwoSeconds) {
  const auto executor = make_executor(GetParam());
  ServerOptions options = quick_options(GetParam());
  options.reply_limit = kReplyLimit;
  const bool stopping = false;
  struct Client {
    std::optional<Clock::time_point> closed;
    SocketPair pair = unix_pair();
  };
  std::array<Client, 4> clients;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (i == 0) fill(clients[i].pair.ours);
    write_now(clients[i].pair.theirs, frame("hello"));
    executor->spawn(handle_client(*executor, options, stopping, {std::move(clients[i].pair.ours), {}}));
  }
  async::base::Thread others([&] {
    std::size_t left = clients.size();
    while (left > 0 && Clock::now() - begin < kDeadline) {
      for (std::size_t i = 0; i < clients.size(); ++i) {
        if (clients[i].closed) continue;
        const auto& socket = clients[i].pair.theirs;
        pollfd hang_up{socket.get(), 0, 0};  // POLLHUP alone: that the other end is closed
        ::poll(&hang_up, 1, 1);
        if (i == 2) (void)!::send(socket.get(), "more", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (i == 3) read_available(socket);
        if ((hang_up.revents & POLLHUP) != 0) {
          clients[i].closed = Clock::now();
          --left;
        }
      }
    }
  });
  ASSERT_TRUE(run_all(*executor));
  others.join();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(clients[i].closed) << "client " << i << " was never closed";
    EXPECT_GE(*clients[i].closed - begin, kReplyLimit) << "client " << i;
  }
}

// The same seen from the shutdown: a client that takes its reply and stays does not keep the server for ever.
TEST_P(SlowTest, ClientThatStays_DoesNotKeepTheServerFromEnding) {
  ServerProgram server({"--executor", word(GetParam()), "--work-ms", "10"});
  HostileClient stays(server.port());
  ASSERT_TRUE(stays.send(frame("hello")));
  ASSERT_TRUE(server.writes(&Program::out, "Received message"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_code(), 0);
  EXPECT_TRUE(stays.hears_reply());
}

TEST_P(SlowTest, ManyRoundsOfResets_KillNoWorker) {
  for (int round = 0; round < 10; ++round) {
    RunningServer server(quick_options(GetParam()), RunningServer::Start::later);
    for (int i = 0; i < 300; ++i) HostileClient(server.port()).reset();
    server.start();
    expect_all_workers_answer(server.port());
  }
}

TEST_P(SlowTest, TenThousandHandOvers_NoneIsForgotten) {
  const ServerOptions options = quick_options(GetParam());
  Worker worker("One", options);
  worker.start();
  for (int round = 0; round < 10'000; ++round) {
    auto pair = unix_pair();
    write_now(pair.theirs, frame("hello"));
    ::shutdown(pair.theirs.get(), SHUT_WR);
    worker.hand_over({std::move(pair.ours), {}});
    std::string reply;
    for (bool ended = false; !ended;) {
      pollfd readable{pair.theirs.get(), POLLIN, 0};
      ASSERT_GT(::poll(&readable, 1, 20'000), 0) << "round " << round;
      const auto there = read_available(pair.theirs);
      reply += there.bytes;
      ended = there.ended;
    }
    ASSERT_EQ(reply, kGoodReply);
  }
}

// A server is started and stopped again and again, each time with a request at work.
TEST_P(SlowTest, StartedAndStoppedOftenWithARequestAtWork_AlwaysAnswers) {
  for (int round = 0; round < 100; ++round) {
    HeardLines lines;
    ServerOptions options = quick_options(GetParam());
    options.work = std::chrono::milliseconds(5);
    options.quiet = false;
    options.lines = &lines;
    RunningServer server(options);
    HostileClient at_work(server.port()), silent(server.port());
    ASSERT_TRUE(at_work.send(frame("hello")));
    ASSERT_TRUE(lines.wait_until([](const auto& heard) { return heard.messages.size() == 1; }));
    const async::base::Thread stops([&] { server.stop(); });
    ASSERT_TRUE(at_work.hears_reply());
    at_work.leave();
    ASSERT_TRUE(silent.hears_close_without_reply());
  }
}

TEST_P(SlowTest, FifteenHundredRequestsFiveTimes_NoneFails) {
  ServerProgram server({"--executor", word(GetParam()), "--work-ms", "100", "--quiet"});
  for (int run = 0; run < 5; ++run) {
    Program client({CH10_CLIENT, "--port", std::to_string(server.port()), "--requests", "1500", "--quiet"});
    EXPECT_EQ(client.exit_code(), 0) << client.out << client.err;
  }
}

// Row 10.6: a hundred silent connections cost nothing. What is measured is a rate, so here time has to pass.
TEST(SlowWakingTest, HundredSilentConnections_CostNoCpu) {
  ServerProgram server({"--work-ms", "0", "--quiet"});
  std::vector<HostileClient> silent;
  for (int i = 0; i < 100; ++i) silent.emplace_back(server.port());
  expect_all_workers_answer(server.port());
  const auto begin = Clock::now();
  const auto before = server.cpu_time();
  while (Clock::now() - begin < std::chrono::seconds(3)) ::usleep(50'000);
  const auto cpu = server.cpu_time() - before;
  EXPECT_LE(cpu, (Clock::now() - begin) / 100) << cpu.count() << " ms of CPU in 3 s or more";
}

}  // namespace
}  // namespace ch10::tests
