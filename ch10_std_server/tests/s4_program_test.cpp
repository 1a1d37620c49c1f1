// s4_program_test.cpp -- ch10_server as a program: its first line, its options, and the port that is taken.
#include <gtest/gtest.h>

#include "ch10_std_server/s4_connection.hpp"
#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/program.hpp"

namespace ch10::tests {
namespace {

// Whoever starts it waits for this line. Stdout is a pipe here: without a flush it would come at the end.
TEST(ServerProgramTest, FirstLine_IsWrittenAtOnceAlsoWithQuiet) {
  for (const Words& options : {Words{}, Words{"--quiet"}, Words{"--executor=polling"}}) {
    ServerProgram server(options);
    EXPECT_EQ(server.out.substr(0, server.out.find('\n')),
              "Server listening on port " + std::to_string(server.port()));
    EXPECT_NE(server.port(), 0);
  }
}

TEST(ServerProgramTest, Defaults_AreThoseOfTheHelp) {
  const ServerOptions defaults;
  EXPECT_EQ(defaults.port, 7878);
  EXPECT_EQ(defaults.work, std::chrono::seconds(1));
  EXPECT_EQ(defaults.executor, ExecutorKind::waking);
  EXPECT_EQ(defaults.max_frame, 65536u);
  EXPECT_EQ(defaults.idle, std::chrono::seconds(0));
  EXPECT_FALSE(defaults.quiet);
  Program help({CH10_SERVER, "--help"});
  EXPECT_EQ(help.exit_code(), 0);
  for (const auto* said : {"(7878)", "(1000)", "(waking)", "(65536)", "(0: never)"}) {
    EXPECT_NE(help.out.find(said), std::string::npos) << said << " in " << help.out;
  }
}

TEST(ServerProgramTest, Lines_TellOfEachConnection) {
  ServerProgram server({"--work-ms", "0"});
  HostileClient good(server.port());
  ASSERT_TRUE(good.send(frame("hello\n")));
  EXPECT_TRUE(good.hears_reply());
  EXPECT_TRUE(server.writes(&Program::out, "Received connection: 127.0.0.1:"));
  EXPECT_TRUE(server.writes(&Program::out,
                            R"(Received message: Data { field1: 1, field2: 2, field3: "hello\x0a" })"
                            "\n"));
  HostileClient bad(server.port());
  ASSERT_TRUE(bad.send(frame("\xff")));
  EXPECT_TRUE(bad.hears_close_without_reply());
  EXPECT_TRUE(server.writes(&Program::err, "Failed to decode message from 127.0.0.1:"));
  EXPECT_TRUE(server.writes(&Program::err, "the text is not valid UTF-8\n"));
}

TEST(ServerProgramTest, Quiet_SilencesTheLinesForEachConnection) {
  ServerProgram server({"--work-ms", "0", "--quiet"});
  HostileClient good(server.port()), bad(server.port());
  ASSERT_TRUE(good.send(frame("hello")));
  EXPECT_TRUE(good.hears_reply());
  good.leave();
  ASSERT_TRUE(bad.send(frame("\xff")));
  EXPECT_TRUE(bad.hears_close_without_reply());
  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_code(), 0);
  EXPECT_EQ(server.out, "Server listening on port " + std::to_string(server.port()) + "\n");
  EXPECT_EQ(server.err.find("Failed"), std::string::npos) << server.err;
}

TEST(ServerProgramTest, WhoeverReadItsLinesIsGone_ItServesOn) {
  ServerProgram server({"--work-ms", "0"});
  server.stop_listening();
  for (int round = 0; round < 3; ++round) expect_all_workers_answer(server.port());
}

TEST(ServerProgramTest, PortInUse_IsSaidAndTheExitCodeIs1) {
  const ServerProgram first({"--quiet"});
  const std::string port = std::to_string(first.port());
  Program second({CH10_SERVER, "--port", port});
  EXPECT_EQ(second.exit_code(), 1);
  EXPECT_EQ(second.out, "");
  EXPECT_NE(second.err.find("cannot listen on 127.0.0.1:" + port + ": Address already in use"),
            std::string::npos)
      << second.err;
}

TEST(ServerProgramTest, PortOfAServerThatJustEnded_IsFreeAgain) {
  std::string port;
  {
    ServerProgram first({"--work-ms", "0"});
    port = std::to_string(first.port());
    HostileClient client(first.port());
    ASSERT_TRUE(client.send(frame("hello")));
    EXPECT_TRUE(client.hears_reply());
    client.leave();
    first.signal(SIGTERM);
    EXPECT_EQ(first.exit_code(), 0);
  }
  Program second({CH10_SERVER, "--port", port, "--quiet"});
  EXPECT_TRUE(second.writes(&Program::out, "Server listening on port " + port + "\n")) << second.err;
}

struct Wrong {
  Words options;
  std::string_view says;
};

void expect_usage_error(const std::string& program, const Wrong& wrong) {
  Words command{program};
  command.insert(command.end(), wrong.options.begin(), wrong.options.end());
  SCOPED_TRACE(::testing::PrintToString(command));
  Program run(command);
  EXPECT_EQ(run.exit_code(), 2);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find(wrong.says), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("--help"), std::string::npos) << "no hint at the help: " << run.err;
}

TEST(ServerProgramTest, EachWrongOption_IsExitCode2AndAHintAtTheHelp) {
  for (const Wrong& wrong : {
           Wrong{{"--unknown"}, "unknown option: --unknown"},
           Wrong{{"7878"}, "unknown option: 7878"},
           Wrong{{"-p", "7878"}, "unknown option: -p"},
           Wrong{{""}, "unknown option"},
           Wrong{{"--port"}, "--port needs a value"},
           Wrong{{"--port", "x"}, "--port must be a number from 0 to 65535, not 'x'"},
           Wrong{{"--port", "65536"}, "--port must be"},
           Wrong{{"--port", "-1"}, "--port must be"},
           Wrong{{"--port", "80x"}, "--port must be"},
           Wrong{{"--port", ""}, "--port must be"},
           Wrong{{"--port="}, "--port must be"},
           Wrong{{"--port", "+80"}, "--port must be"},
           Wrong{{"--port", " 80"}, "--port must be"},
           Wrong{{"--work-ms", "-1"}, "--work-ms must be"},
           Wrong{{"--work-ms", "1.5"}, "--work-ms must be"},
           Wrong{{"--work-ms", "99999999999999999999"}, "--work-ms must be"},
           Wrong{{"--executor", "both"}, "--executor must be one of waking|polling, not 'both'"},
           Wrong{{"--executor"}, "--executor needs a value"},
           Wrong{{"--max-frame", "9"}, "--max-frame must be"},
           Wrong{{"--max-frame", "-1"}, "--max-frame must be"},
           Wrong{{"--idle-ms", "x"}, "--idle-ms must be"},
           Wrong{{"--quiet=yes"}, "--quiet takes no value"},
           Wrong{{"--quiet", "--wrong"}, "unknown option: --wrong"},
       }) {
    expect_usage_error(CH10_SERVER, wrong);
  }
}

TEST(ClientProgramTest, EachWrongOption_IsExitCode2AndAHintAtTheHelp) {
  for (const Wrong& wrong : {
           Wrong{{"--work-ms", "1"}, "unknown option: --work-ms"},
           Wrong{{"--port", "0"}, "--port must be a number from 1 to 65535"},
           Wrong{{"--requests", "0"}, "--requests must be"},
           Wrong{{"--requests", "many"}, "--requests must be"},
           Wrong{{"--timeout-ms", "0"}, "--timeout-ms must be"},
           Wrong{{"--host"}, "--host needs a value"},
           Wrong{{"--host", ""}, "--host must not be empty"},
           Wrong{{"--host", "example.org"}, "not an IPv4 address: 'example.org'"},
           Wrong{{"--host", "127.0.0.1.1"}, "not an IPv4 address"},
       }) {
    expect_usage_error(CH10_CLIENT, wrong);
  }
}

TEST(ProgramsTest, HelpAndVersion_ExitWith0) {
  for (const std::string program : {CH10_SERVER, CH10_CLIENT}) {
    Program help({program, "--help"});
    EXPECT_EQ(help.exit_code(), 0);
    EXPECT_NE(help.out.find("usage: "), std::string::npos);
    EXPECT_NE(help.out.find("--port"), std::string::npos);
    EXPECT_EQ(help.err, "");
    Program version({program, "--version"});
    EXPECT_EQ(version.exit_code(), 0);
    EXPECT_NE(version.out.find(ASYNC_CPP_VERSION), std::string::npos);
    EXPECT_EQ(version.err, "");
  }
}

}  // namespace
}  // namespace ch10::tests
