// s4_hostile_test.cpp -- what hostile clients do to a server, and that all three workers serve on.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include "common/base/thread.hpp"

#include "ch10_std_server/holding_lines.hpp"
#include "ch10_std_server/tests/heard_lines.hpp"
#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/hostile_fixture.hpp"
#include "ch10_std_server/tests/program.hpp"
#include "ch10_std_server/tests/running_server.hpp"

namespace ch10::tests {
namespace {

using std::chrono::milliseconds;

class HostileTest : public HostileFixture {};
ON_BOTH_EXECUTORS(HostileTest);

TEST_P(HostileTest, GoodClients_AreAnsweredByAllWorkersInTurn) {
  RunningServer server(options());
  expect_all_workers_answer(server.port());
  EXPECT_THAT(lines.now().connections, ::testing::UnorderedElementsAre("One", "Two", "Three"));
}

// It sends each byte in a segment of its own.
TEST_P(HostileTest, OneByteAtATime_IsAnswered) {
  RunningServer server(options());
  HostileClient client(server.port());
  for (const char byte : kWhole) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_TRUE(client.hears_reply());
  EXPECT_EQ(lines.now().messages, (std::vector<Data>{{1, 2, "hello, 馬"}}));
}

// It sends the first part, and the second part only after its worker has served others: so that worker has seen
// the first part alone.
TEST_P(HostileTest, FrameSplitAtEachOffset_IsAnsweredAndOthersMeanwhile) {
  RunningServer server(options());
  for (std::size_t split = 0; split < kWhole.size(); ++split) {
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(std::string_view(kWhole).substr(0, split)));
    expect_all_workers_answer(server.port());
    ASSERT_TRUE(client.hears_nothing_yet()) << "answered after " << split << " bytes";
    ASSERT_TRUE(client.send(std::string_view(kWhole).substr(split)));
    ASSERT_TRUE(client.hears_reply()) << "split at " << split;
  }
}

// It ends its side inside the frame. A reply would take an hour here: the close is at once.
TEST_P(HostileTest, TruncationAtEachOffset_IsClosedAtOnceWithoutReply) {
  RunningServer server(busy_options());
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(std::string_view(kWhole).substr(0, size)));
    client.end_sending();
    ASSERT_TRUE(client.hears_close_without_reply()) << size << " bytes";
  }
  const auto heard = lines.now();
  EXPECT_TRUE(heard.messages.empty());
  // One line each; a client that sent nothing is none worth telling.
  EXPECT_EQ(heard.refused, std::vector<std::string>(kWhole.size() - 1, "the message ends too early"));
}

TEST_P(HostileTest, HalfCloseAfterTheRequest_IsAnswered) {
  RunningServer server(options(milliseconds(5)));
  HostileClient client(server.port());
  ASSERT_TRUE(client.send(kWhole));
  client.end_sending();
  EXPECT_TRUE(client.hears_reply());
}

// It says that more will come than is allowed, or sends what is no UTF-8.
TEST_P(HostileTest, BadLengthOrText_IsClosedAtOnceWithoutReplyAndTheOthersAreServed) {
  RunningServer server(options());
  for (const std::string& bad : {header(0xffffffff), header(65536 - 10 + 1), header(0x80000000) + "hello"}) {
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(bad));
    EXPECT_TRUE(client.hears_close_without_reply());
  }
  for (const std::string_view bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(frame(bad)));
    EXPECT_TRUE(client.hears_close_without_reply());
  }
  EXPECT_EQ(lines.now().refused.size(), 3u + 5u);
  EXPECT_TRUE(lines.now().messages.empty());
  expect_all_workers_answer(server.port());
}

TEST_P(HostileTest, LongestMessageAllowed_IsAnswered) {
  RunningServer server(options());
  HostileClient client(server.port());
  ASSERT_TRUE(client.send(frame(std::string(65536 - 10, 'x'))));
  EXPECT_TRUE(client.hears_reply());
}

// A megabyte follows the frame. A server that closed with these bytes unread would reset the reply away.
TEST_P(HostileTest, TrailingBytesBeforeAndDuringTheWork_DoNotResetTheReplyAway) {
  RunningServer server(options(milliseconds(30)));
  HostileClient before(server.port());
  ASSERT_TRUE(before.send(kWhole + "and a little more"));
  EXPECT_TRUE(before.hears_reply());

  HostileClient flood(server.port());
  flood.keep_little();
  ASSERT_TRUE(flood.send(kWhole + std::string(1'000'000, 'x'))) << "closed while it sent";
  EXPECT_TRUE(flood.hears_reply());

  HostileClient during(server.port());
  during.keep_little();
  ASSERT_TRUE(during.send(kWhole));
  ASSERT_TRUE(lines.wait_until([](const auto& heard) { return heard.messages.size() == 3; }));
  ASSERT_TRUE(during.send(std::string(1'000'000, 'x')));
  EXPECT_TRUE(during.hears_reply());
  expect_all_workers_answer(server.port());
}

// It answers a reply with more bytes, and only then reads.
TEST_P(HostileTest, TrailingBytesAfterTheReply_DoNotResetItAway) {
  RunningServer server(options());
  for (int round = 0; round < 20; ++round) {
    HostileClient client(server.port());
    client.keep_little();
    ASSERT_TRUE(client.send(kWhole));
    while (client.hears_nothing_yet()) ::sched_yield();
    ASSERT_TRUE(client.send(std::string(500'000, 'y'))) << "closed while it sent";
    ASSERT_TRUE(client.hears_reply());
  }
}

TEST_P(HostileTest, SilentClients_AreKeptAndTheOthersServed) {
  RunningServer server(options());
  std::vector<HostileClient> silent;
  for (int i = 0; i < 30; ++i) silent.emplace_back(server.port());
  expect_all_workers_answer(server.port());
  for (auto& client : silent) EXPECT_TRUE(client.hears_nothing_yet());
  EXPECT_TRUE(silent.front().send(kWhole));
  EXPECT_TRUE(silent.front().hears_reply()) << "it was silent for a while, no more";
}

TEST_P(HostileTest, SilentClient_IsClosedAfterTheIdleLimit) {
  constexpr milliseconds kIdle(40);
  HoldingLines<HeardLines> holding;
  ServerOptions given = options();
  given.idle = kIdle;
  given.lines = &holding;
  RunningServer server(given);
  const auto begin = Clock::now();
  HostileClient silent(server.port()), begins(server.port());
  ASSERT_TRUE(begins.send(kWhole.substr(0, 5)));
  EXPECT_TRUE(silent.hears_close_without_reply());
  EXPECT_TRUE(begins.hears_close_without_reply());
  EXPECT_GE(Clock::now() - begin, kIdle);
  EXPECT_EQ(holding.now().refused, std::vector<std::string>(2, "nothing came for too long"));
  holding.hold(true);
  expect_all_workers_answer(server.port(), [&] { holding.hold(false); });
}

// The limit is about silence: a request that is worked on for longer than that is answered.
TEST_P(HostileTest, WorkLongerThanTheIdleLimit_IsAnswered) {
  ServerOptions given = options(milliseconds(60));
  given.idle = milliseconds(20);
  RunningServer server(given, RunningServer::Start::later);
  HostileClient client(server.port());
  ASSERT_TRUE(client.send(kWhole));
  server.start();  // so the request is there before its limit begins
  EXPECT_TRUE(client.hears_reply());
}

TEST_P(HostileTest, ClientsThatNeverRead_HoldNobodyUp) {
  RunningServer server(options());
  std::vector<HostileClient> deaf;
  for (int i = 0; i < 30; ++i) {
    deaf.emplace_back(server.port());
    ASSERT_TRUE(deaf.back().send(kWhole));
  }
  ASSERT_TRUE(lines.wait_until([](const auto& heard) { return heard.messages.size() == 30; }));
  expect_all_workers_answer(server.port());
}

// Two clients at once on a server that sleeps, again and again.
TEST_P(HostileTest, TwoConnectionsInQuickSuccession_AreBothAnswered) {
  RunningServer server(quick_options(GetParam()));
  for (int round = 0; round < 50; ++round) {
    HostileClient one(server.port()), two(server.port());
    ASSERT_TRUE(one.send(kWhole));
    ASSERT_TRUE(two.send(kWhole));
    ASSERT_TRUE(one.hears_reply());
    ASSERT_TRUE(two.hears_reply());
  }
}

// The thread that accepts is interrupted: EINTR is no error.
TEST_P(HostileTest, SignalsInTheAcceptingThread_HarmNothing) {
  struct sigaction action{}, before{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, &before);
  {
    RunningServer server(options());
    for (int i = 0; i < 50; ++i) {
      ::pthread_kill(server.thread(), SIGUSR1);
      if (i % 10 == 0) expect_all_workers_answer(server.port());
    }
  }
  ::sigaction(SIGUSR1, &before, nullptr);
}

// It says that 4 GiB follow, on a server that allows it. Predict: what does the promise alone cost?
TEST_P(HostileTest, LengthOf4GiB_TakesMemoryOnlyForWhatCame) {
  ServerProgram server({"--executor", word(GetParam()), "--max-frame", "8589934592", "--quiet"});
  {
    HostileClient warms_up(server.port());
    ASSERT_TRUE(warms_up.send("x"));
    warms_up.end_sending();
    ASSERT_TRUE(warms_up.hears_close_without_reply());
  }
  const long before = server.kib("VmPeak");
  for (int i = 0; i < 3; ++i) {
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(header(0xffffffff) + std::string(100'000, 'x')));
    client.end_sending();
    ASSERT_TRUE(client.hears_close_without_reply());
  }
  ASSERT_GT(before, 0);
  EXPECT_LT(server.kib("VmPeak") - before, 1024 * 1024) << "KiB";
}

// The book's client: connects, writes its frame in one write, reads to the end. No half-close.
TEST_P(HostileTest, TheBooksClient_IsAnswered) {
  RunningServer server(options(milliseconds(5)));
  std::vector<HostileClient> clients;
  for (int i = 0; i < 40; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(frame("Hello, server! " + std::to_string(i))));
  }
  for (auto& client : clients) EXPECT_TRUE(client.hears_reply());
}

}  // namespace
}  // namespace ch10::tests
