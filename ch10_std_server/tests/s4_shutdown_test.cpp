// s4_shutdown_test.cpp -- SIGINT and SIGTERM: accept no more, answer what is at work, end with 0; twice: at once.
#include <csignal>
#include <gtest/gtest.h>
#include <tuple>

#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/program.hpp"

namespace ch10::tests {
namespace {

class ShutdownTest : public ::testing::TestWithParam<std::tuple<ExecutorKind, int>> {
 public:
  static std::string name(const ::testing::TestParamInfo<ParamType>& given) {
    return word(std::get<0>(given.param)) + (std::get<1>(given.param) == SIGINT ? "_INT" : "_TERM");
  }

 protected:
  static Words options(const std::string& work_ms) {
    return {"--executor", word(std::get<0>(GetParam())), "--work-ms", work_ms};
  }
  static int signal_number() { return std::get<1>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(, ShutdownTest,
                         ::testing::Combine(::testing::Values(ExecutorKind::waking, ExecutorKind::polling),
                                            ::testing::Values(SIGINT, SIGTERM)),
                         ShutdownTest::name);

TEST_P(ShutdownTest, IdleServer_EndsAtOnce) {
  ServerProgram server(options("3600000"));
  server.signal(signal_number());
  EXPECT_EQ(server.exit_code(), 0);
}

// One client is silent, one has sent half a message, one is worked on. Predict: what does each of them hear?
TEST_P(ShutdownTest, RequestAtWork_IsAnsweredAndTheOthersAreClosed) {
  ServerProgram server(options("500"));
  HostileClient silent(server.port()), half(server.port()), at_work(server.port());
  ASSERT_TRUE(half.send(frame("hello").substr(0, 12)));
  ASSERT_TRUE(at_work.send(frame("hello")));
  ASSERT_TRUE(server.writes(&Program::out, "Received message"));
  server.signal(signal_number());
  EXPECT_TRUE(silent.hears_close_without_reply());
  EXPECT_TRUE(half.hears_close_without_reply());
  EXPECT_TRUE(is_refused(server.port())) << "it still accepts";
  EXPECT_TRUE(at_work.hears_reply());
  at_work.leave();
  EXPECT_EQ(server.exit_code(), 0);
}

TEST_P(ShutdownTest, SecondSignalDuringLongWork_EndsItAtOnce) {
  ServerProgram server(options("3600000"));
  HostileClient silent(server.port()), at_work(server.port());
  ASSERT_TRUE(at_work.send(frame("hello")));
  ASSERT_TRUE(server.writes(&Program::out, "Received message"));
  server.signal(signal_number());
  ASSERT_TRUE(silent.hears_close_without_reply());  // so the first signal has been seen
  server.signal(signal_number());
  EXPECT_EQ(server.exit_code(), 128 + signal_number());
}

// A shell that starts a program in the background has it ignore SIGINT. The program asks for it, so both count.
TEST_P(ShutdownTest, SecondSignalOfAJobInTheBackground_EndsItAtOnceToo) {
  ServerProgram server(options("3600000"), 0, Program::IgnoresInterrupt::yes);
  HostileClient silent(server.port()), at_work(server.port());
  ASSERT_TRUE(at_work.send(frame("hello")));
  ASSERT_TRUE(server.writes(&Program::out, "Received message"));
  server.signal(signal_number());
  ASSERT_TRUE(server.writes(&Program::out, "Stopping"));
  ASSERT_TRUE(silent.hears_close_without_reply());
  server.signal(signal_number());
  EXPECT_EQ(server.exit_code(), 128 + signal_number());
}

TEST_P(ShutdownTest, SecondSignalOfTheOtherKind_EndsItToo) {
  ServerProgram server(options("3600000"));
  HostileClient silent(server.port()), at_work(server.port());
  ASSERT_TRUE(at_work.send(frame("hello")));
  ASSERT_TRUE(server.writes(&Program::out, "Received message"));
  server.signal(signal_number());
  ASSERT_TRUE(silent.hears_close_without_reply());
  const int other = signal_number() == SIGINT ? SIGTERM : SIGINT;
  server.signal(other);
  EXPECT_EQ(server.exit_code(), 128 + other);
}

// Many are at work on every worker: each of them is answered.
TEST_P(ShutdownTest, ManyRequestsAtWork_AreAllAnswered) {
  ServerProgram server(options("300"));
  std::vector<HostileClient> clients;
  for (int i = 0; i < 30; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(frame("number " + std::to_string(i) + ".")));
  }
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(server.writes(&Program::out, "\"number " + std::to_string(i) + ".\""));
  }
  server.signal(signal_number());
  for (auto& client : clients) EXPECT_TRUE(client.hears_reply());
  clients.clear();
  EXPECT_EQ(server.exit_code(), 0);
}

}  // namespace
}  // namespace ch10::tests
