// s4_descriptors_test.cpp -- more connections than descriptors: no spinning, one line, and it serves on.
#include <gtest/gtest.h>
#include <vector>

#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/program.hpp"

namespace ch10::tests {
namespace {

class DescriptorsTest : public ::testing::TestWithParam<ExecutorKind> {};
ON_BOTH_EXECUTORS(DescriptorsTest);

int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// A worker that is late with closing would leave no descriptor to the next clients.
void wait_until_all_are_closed(const Program& server, std::ptrdiff_t open_before) {
  const auto deadline = Clock::now() + kDeadline;
  while (server.open_descriptors() > open_before) {
    ASSERT_LT(Clock::now(), deadline) << "connections of clients that have left stay open";
    ::usleep(1'000);
  }
}

// Forty silent clients come to a server that may have 24 descriptors. The listening socket stays readable: a
// server that only tries again spins.
TEST_P(DescriptorsTest, MoreConnectionsThanDescriptors_WaitUntilOthersLeave) {
  ServerProgram server({"--executor", word(GetParam()), "--work-ms", "0", "--quiet"}, 24);
  const auto open_before = server.open_descriptors();
  std::vector<HostileClient> silent;
  for (int i = 0; i < 40; ++i) silent.emplace_back(server.port());
  ASSERT_TRUE(server.writes(&Program::err, "Connection failed: Too many open files"));

  if (GetParam() == ExecutorKind::waking) {
    // What is measured is a rate, so here time has to pass.
    const auto begin = Clock::now();
    const auto cpu_before = server.cpu_time();
    while (Clock::now() - begin < std::chrono::milliseconds(600)) ::usleep(10'000);
    const auto cpu = server.cpu_time() - cpu_before;
    EXPECT_LE(cpu, (Clock::now() - begin) / 6) << cpu.count() << " ms of CPU in 600 ms or more: it spins";
  }

  // Those that were accepted are served.
  ASSERT_TRUE(silent.front().send(frame("hello")));
  EXPECT_TRUE(silent.front().hears_reply());
  // Each that leaves makes room for one that waits; in the end all have had their turn.
  HostileClient last(server.port());
  ASSERT_TRUE(last.send(frame("hello")));
  EXPECT_TRUE(last.hears_nothing_yet());
  silent.clear();
  EXPECT_TRUE(last.hears_reply());
  last.leave();
  for (int round = 0; round < 10; ++round) {
    wait_until_all_are_closed(server, open_before);
    expect_all_workers_answer(server.port());
  }

  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_code(), 0);
  EXPECT_EQ(count(server.err, "Too many open files"), 1) << server.err;
}

// The clients that wait send their message at once: nobody is forgotten.
TEST_P(DescriptorsTest, SixtyRequestsWithTwentyFourDescriptors_AreAllAnswered) {
  ServerProgram server({"--executor", word(GetParam()), "--work-ms", "10", "--quiet"}, 24);
  std::vector<HostileClient> clients;
  for (int i = 0; i < 60; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(frame("hello")));
    clients.back().end_sending();
  }
  for (auto& client : clients) EXPECT_TRUE(client.hears_reply());
}

TEST_P(DescriptorsTest, SignalWhileItHasNoDescriptor_EndsIt) {
  ServerProgram server({"--executor", word(GetParam()), "--quiet"}, 24);
  std::vector<HostileClient> silent;
  for (int i = 0; i < 40; ++i) silent.emplace_back(server.port());
  ASSERT_TRUE(server.writes(&Program::err, "Connection failed"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_code(), 0);
}

TEST(DescriptorLimitTest, TooLowALimit_IsSaidByTheServer) {
  ServerProgram server({}, 64);
  EXPECT_TRUE(server.writes(&Program::err, "may need 4096 open files, and this process may have 64"));
}

TEST(DescriptorLimitTest, TooLowALimit_IsSaidByTheClientAndTheRestFails) {
  ServerProgram server({"--work-ms", "50", "--quiet"});
  Program client({CH10_CLIENT, "--port", std::to_string(server.port()), "--requests", "100"}, 64);
  EXPECT_EQ(client.exit_code(), 1);
  EXPECT_NE(client.err.find("may need 116 open files, and this process may have 64"), std::string::npos)
      << client.err;
  EXPECT_NE(client.err.find("socket: Too many open files"), std::string::npos) << client.err;
}

}  // namespace
}  // namespace ch10::tests
