// process_pipes_test.cpp -- what is written to a child and read from it, also when one of the two ends first.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/process.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/shell.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

TEST(ProcessPipesTest, AChildThatReadsAndWrites_IsTalkedTo) {
  HandTurned hand;
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::piped()).spawn().value();
  auto talks = hand.executor.spawn([&]() -> Async<std::string> {
    auto input = child.take_stdin();
    auto output = child.take_stdout();
    EXPECT_FALSE(child.take_stdin()) << "once";
    EXPECT_FALSE(child.take_stderr()) << "only what was piped";
    std::array<std::byte, 4> word;
    const auto sent = co_await input->write_all("ping");
    const auto got = co_await output->read_exact(word);
    EXPECT_TRUE(sent && got);
    const auto more = co_await input->write_all("pong");
    EXPECT_TRUE(more);
    input.reset();  // its end of input
    std::string rest;
    const auto count = co_await output->read_to_string(rest);
    EXPECT_EQ(count.value(), 4u);
    const auto status = co_await child.wait();
    EXPECT_TRUE(status.value().success());
    co_return rest;
  });
  EXPECT_EQ(hand.run(talks), "pong");
  EXPECT_EQ(state_of(child.id()), ' ') << "reaped";
}

// Question: the child writes 1 MB to both, a pipe holds 64 KB. Who waits for whom, if stdout is read to the
// end first?
TEST(ProcessPipesTest, WaitWithOutput_ReadsBothPipesAtOnce) {
  const Deadline deadline("the child waits for somebody to read its stderr");
  auto child =
      shell("head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2")
          .stdout_(Stdio::piped())
          .stderr_(Stdio::piped())
          .spawn()
          .value();
  const auto output = block_on(std::move(child).wait_with_output());
  EXPECT_EQ(output.value().out.size(), 1'000'000u);
  EXPECT_EQ(output.value().err.size(), 2'000'000u);
  EXPECT_TRUE(output.value().status.success());
}

TEST(ProcessPipesTest, AMegabyteThroughCat_IsTheSame) {
  HandTurned hand;
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::piped()).spawn().value();
  std::string sent;
  for (int i = 0; sent.size() < (1 << 20); ++i) sent += std::to_string(i) + "\n";
  std::string got;
  auto talks = hand.executor.spawn([&]() -> Async<> {
    auto input = child.take_stdin();
    auto output = child.take_stdout();
    auto writes = [&]() -> Async<> {
      const auto written = co_await input->write_all(sent);
      EXPECT_TRUE(written);
      input.reset();
    };
    const auto both = co_await join(writes(), output->read_to_string(got));
    EXPECT_TRUE(std::get<1>(both));
  });
  hand.run(talks);
  EXPECT_TRUE(got == sent);
}

TEST(ProcessPipesTest, WritingToAChildThatHasEnded_IsBrokenPipe_AndNoSignal) {
  HandTurned hand;
  auto child = Command("true").stdin_(Stdio::piped()).spawn().value();
  auto input = child.take_stdin();
  auto waits = hand.executor.spawn([&]() -> Async<IoResult<ExitStatus>> { co_return co_await child.wait(); });
  EXPECT_TRUE(hand.run(waits).value().success());
  EXPECT_TRUE(block_on(input->write_all("x")).error().is(std::errc::broken_pipe));
  sigset_t pending;
  ::sigpending(&pending);
  EXPECT_EQ(::sigismember(&pending, SIGPIPE), 0) << "nor is one left for later";
}

// Question: this thread has SIGPIPE blocked. What is left of it when a write finds that nobody reads?
TEST(ProcessPipesTest, WritingToAChildThatHasEnded_WhereSigpipeIsBlocked_LeavesOneThatWasThere_AndNoOther) {
  HandTurned hand;
  auto child = Command("true").stdin_(Stdio::piped()).spawn().value();
  auto input = child.take_stdin();
  auto waits = hand.executor.spawn([&]() -> Async<IoResult<ExitStatus>> { co_return co_await child.wait(); });
  EXPECT_TRUE(hand.run(waits).value().success());
  sigset_t pipe;
  sigset_t before;
  sigset_t pending;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  for (const int was_there : {0, 1}) {
    if (was_there != 0) ::raise(SIGPIPE);
    EXPECT_TRUE(block_on(input->write_all("x")).error().is(std::errc::broken_pipe));
    ::sigpending(&pending);
    EXPECT_EQ(::sigismember(&pending, SIGPIPE), was_there);
  }
  const timespec at_once{};
  EXPECT_EQ(::sigtimedwait(&pipe, nullptr, &at_once), SIGPIPE);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// It ends its output long before it ends itself, and does not read what it is given.
TEST(ProcessPipesTest, AChildThatClosesItsOutputEarly_IsStillWaitedFor) {
  const Deadline deadline("the child was not waited for");
  const auto output =
      block_on(shell("echo out; exec >&- 2>&-; head -c 100000 /dev/zero | wc -c >/dev/null; exit 4")
                   .stdin_(Stdio::piped())
                   .output());
  EXPECT_EQ(output.value().out, "out\n");
  EXPECT_EQ(output.value().status.code(), 4);
}

}  // namespace
