// s3_processes_test.cpp -- what a child tells: its output, its code, its signal, or that it never was.
#include "ch01_processes_threads/s3_processes.hpp"

#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/future/block_on.hpp"
#include "common/sync/barrier.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch01_processes_threads/s3_server_thread.hpp"

namespace ch01 {
namespace {

const std::string kProgram = CH01_CONNECTION;

ProcessOutput run(const std::string& url) {
  const Deadline deadline("the child program never ended");
  return Connection::start(kProgram, url).value().wait().value();
}

TEST(ProcessesTest, Child_PrintsTheBody_AndEndsWithZero) {
  const ServerThread server;
  const auto output = run(server.url("/delay/0"));
  EXPECT_EQ(output.out, "{\"args\": {}, \"url\": \"" + server.url("/delay/0") + "\"}\n");
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(how_it_ended(output.status), "exited with code 0");
}

TEST(ProcessesTest, Child_WhoseRequestFails_SaysWhyOnStderr_AndEndsWithOne) {
  const ServerThread server;
  const auto missing = run(server.url("/posts/2"));
  EXPECT_EQ(how_it_ended(missing.status), "exited with code 1");
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(missing.err, "Failed to get a valid response. Status: 404 Not Found\n");
  const auto wrong = run("https://localhost/");
  EXPECT_EQ(wrong.status.code(), 1);
  EXPECT_TRUE(wrong.err.starts_with("error: \"https://localhost/\": only http://")) << wrong.err;
}

TEST(ProcessesTest, Child_ThatIsUsedWrongly_EndsWithTwo) {
  const auto option = run("--help");
  EXPECT_EQ(option.status.code(), 2);
  EXPECT_EQ(option.err, "usage: ch01_connection URL\n");
  const Deadline deadline("the child program never ended");
  EXPECT_EQ(block_on(Command(kProgram).output()).value().status.code(), 2);
}

TEST(ProcessesTest, Child_ThatCannotWrite_EndsWithOne) {
  const Deadline deadline("the child program never ended");
  const ServerThread server;
  const std::string script = "'" + kProgram + "' " + server.url("/delay/0") + " >/dev/full";
  const auto output = block_on(Command("sh").arg("-c").arg(script).output()).value();
  EXPECT_EQ(output.status.code(), 1);
  EXPECT_EQ(output.err, "error: cannot write to stdout: No space left on device\n");
}

// Question: a child ends with code 9, another one by signal 9. In a shell both are a number. How are they
// told apart here, and from a program that is not there?
// Predict, then break in `try_reap`.
TEST(ProcessesTest, CodeSignalAndFailedStart_AreToldApart) {
  const Deadline deadline("a child never ended");
  const auto code = block_on(Command("sh").arg("-c").arg("exit 9").status()).value();
  EXPECT_EQ(how_it_ended(code), "exited with code 9");

  const ServerThread server;
  auto waits = Connection::start(kProgram, server.url("/delay/3600")).value();
  waits.kill();
  const auto killed = std::move(waits).wait().value();
  EXPECT_EQ(how_it_ended(killed.status), "was ended by signal 9");
  EXPECT_EQ(killed.status.code(), std::nullopt);

  const auto missing = Connection::start("./no-such-program", "http://localhost/");
  EXPECT_EQ(missing.error(), "run \"./no-such-program\": No such file or directory");
}

// Question: this thread blocks until the first child has ended, and the server answers none before four have
// asked. Why does it end?
// Predict, then break in `run_connections`: what does the first wait() wait for?
TEST(ProcessesTest, FourConnections_AreAtTheServerTogether) {
  const Deadline deadline("the server waits for four processes at once");
  const demo::CapturedLines printed;
  Barrier four(4);
  auto hold = [&four](Duration) -> Async<> { (void)co_await four.wait(); };
  const ServerThread server(Duration::zero(), hold);
  const auto ended = run_connections(kProgram, std::vector<std::string>(4, server.url("/posts/1"))).value();
  std::set<int> pids;
  for (const EndedConnection& each : ended) {
    pids.insert(each.pid);
    EXPECT_TRUE(each.status.success());
  }
  EXPECT_EQ(pids.size(), 4u);
  EXPECT_EQ(printed.lines(),
            std::vector<std::string>(4, "Output: {\"id\": 1, \"title\": \"waiting is no work\"}"));
}

TEST(ProcessesTest, Connections_ThatCannotBeStarted_AreAnErrorInWords) {
  const auto missing = run_connections("./no-such-program", {"http://localhost/"});
  EXPECT_EQ(missing.error(), "run \"./no-such-program\": No such file or directory");
}

TEST(ProcessesTest, ChildProgram_IsTheNamedOne_OrTheMessageSaysWhatToDo) {
  demo::Options options;
  options.texts.emplace_back("child", kProgram);
  EXPECT_EQ(child_program(options), kProgram);
  for (const char* wrong : {"/no/such/program", "/etc/passwd"}) {
    options.texts[0].second = wrong;
    try {
      (void)child_program(options);
      FAIL() << wrong;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(wrong), std::string::npos);
      EXPECT_NE(std::string(error.what()).find("--child"), std::string::npos);
    }
  }
}

TEST(ProcessesTest, ChildProgramWithoutASlash_IsTheOneInThisFolder_NotInPath) {
  const auto folder = std::filesystem::current_path();
  demo::Options options;
  options.texts.emplace_back("child", "sh");
  EXPECT_THROW((void)child_program(options), std::runtime_error) << "it is in PATH, and not here";
  options.texts[0].second = std::filesystem::path(kProgram).filename();
  std::filesystem::current_path(std::filesystem::path(kProgram).parent_path());
  const std::string found = child_program(options);
  std::filesystem::current_path(folder);
  EXPECT_TRUE(std::filesystem::equivalent(found, kProgram)) << found;
  EXPECT_TRUE(found.starts_with('/')) << found;
}

}  // namespace
}  // namespace ch01
