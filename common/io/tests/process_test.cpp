// process_test.cpp -- child processes: what they write, how they end, and that none is left as a zombie.
#include "common/io/process.hpp"

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
#include "common/io/tests/hand_turned.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<Child> && !std::is_copy_constructible_v<Child>);
static_assert(std::is_copy_constructible_v<Command>);

Command shell(const char* script) { return Command("sh").arg("-c").arg(script); }

// 'R' runs, 'S' sleeps, 'Z' is a zombie; ' ' is gone. What stands behind the name in /proc/PID/stat.
char state_of(pid_t id) {
  std::ifstream stat("/proc/" + std::to_string(id) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return ' ';
  return line[line.rfind(')') + 2];
}
void wait_until_gone(pid_t id) {
  const Deadline deadline("a child that was dropped was never reaped");
  while (state_of(id) != ' ') blocking_sleep(1ms);
}

TEST(ProcessTest, Output_IsAllThatItWrote_OnTheProgramsReactor) {
  const Deadline deadline("sh did not end");
  const auto output = block_on(shell("echo out; echo err >&2; exit 3").output());
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(output->out, "out\n");
  EXPECT_EQ(output->err, "err\n");
  EXPECT_EQ(output->status.code(), 3);
  EXPECT_EQ(output->status.signal(), std::nullopt);
  EXPECT_FALSE(output->status.success());
  EXPECT_EQ(output->status.to_string(), "exit code 3");
}

TEST(ProcessTest, ArgumentsEnvironmentAndDirectory_AreWhatWasSaid) {
  const Deadline deadline("sh did not end");
  ::setenv("ASYNC_CPP_TEST", "inherited", 1);
  const auto ask = [](Command& command) { return block_on(command.output()).value().out; };
  auto command = Command("sh");
  command.args({"-c", "echo $0 $1 $ASYNC_CPP_TEST $MORE; pwd", "a b"}).arg("c").current_dir("/proc");
  EXPECT_EQ(ask(command), "a b c inherited\n/proc\n");
  EXPECT_EQ(ask(command.env("ASYNC_CPP_TEST", "changed").env("MORE", "more")), "a b c changed more\n/proc\n");
  EXPECT_EQ(ask(command.env_remove("ASYNC_CPP_TEST")), "a b c more\n/proc\n");
  auto bare = Command("/usr/bin/env").env_clear().env("A", "1");
  EXPECT_EQ(ask(bare), "A=1\n");
  ::unsetenv("ASYNC_CPP_TEST");
}

TEST(ProcessTest, AProgramThatIsNotThere_IsToldAtOnce_ByItsName) {
  HandTurned hand;
  const auto sources = hand.reactor->sources();
  EXPECT_EQ(Command("no_such_program").stdin_(Stdio::piped()).spawn().error().message(),
            "run \"no_such_program\": No such file or directory");
  EXPECT_EQ(Command("true").current_dir("/no_such_place").spawn().error().message(),
            "run \"true\" in /no_such_place: No such file or directory");
  EXPECT_EQ(Command("/etc/passwd").spawn().error().message(), "run \"/etc/passwd\": Permission denied");
  EXPECT_TRUE(block_on(Command("no_such_program").output()).error().is(std::errc::no_such_file_or_directory));
  EXPECT_FALSE(block_on(Command("no_such_program").status()));
  EXPECT_EQ(hand.reactor->sources(), sources) << "the pipes are gone again";
}

TEST(ProcessTest, AChildThatReadsAndWrites_IsTalkedTo) {
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
TEST(ProcessTest, WaitWithOutput_ReadsBothPipesAtOnce) {
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

TEST(ProcessTest, AMegabyteThroughCat_IsTheSame) {
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

TEST(ProcessTest, WritingToAChildThatHasEnded_IsBrokenPipe_AndNoSignal) {
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
TEST(ProcessTest, WritingToAChildThatHasEnded_WhereSigpipeIsBlocked_LeavesOneThatWasThere_AndNoOther) {
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
TEST(ProcessTest, AChildThatClosesItsOutputEarly_IsStillWaitedFor) {
  const Deadline deadline("the child was not waited for");
  const auto output =
      block_on(shell("echo out; exec >&- 2>&-; head -c 100000 /dev/zero | wc -c >/dev/null; exit 4")
                   .stdin_(Stdio::piped())
                   .output());
  EXPECT_EQ(output.value().out, "out\n");
  EXPECT_EQ(output.value().status.code(), 4);
}

TEST(ProcessTest, Wait_AfterTryWaitFoundTheEnd_WaitsForNoEvent) {
  HandTurned hand;
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
  hand.settle();
  CountingTask task;
  auto waits = child.wait();  // ends its input
  EXPECT_TRUE(task.poll(waits).is_pending());
  while (!child.try_wait().value()) base::yield_thread();
  auto status = task.poll(waits);
  ASSERT_TRUE(status.is_ready());
  EXPECT_TRUE(status.value().value().success());
}

TEST(ProcessTest, Killed_ItsStatusIsTheSignal) {
  const Deadline deadline("sleep was not killed");
  auto child = Command("sleep").arg("1000").spawn().value();
  EXPECT_EQ(child.try_wait().value(), std::nullopt);
  const auto status = block_on(child.kill());
  EXPECT_EQ(status.value().signal(), SIGKILL);
  EXPECT_EQ(status.value().code(), std::nullopt);
  EXPECT_EQ(status.value().to_string(), "signal 9");
  EXPECT_EQ(child.try_wait().value(), status.value());
  EXPECT_EQ(block_on(child.wait()).value(), status.value()) << "as often as one likes";
  EXPECT_TRUE(child.start_kill()) << "it is dead: nothing to do";
}

TEST(ProcessTest, Wait_IsWokenByTheTurnAfterTheEnd_AndMayBeDropped) {
  HandTurned hand;
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
  auto input = child.take_stdin();
  hand.settle();
  CountingTask task;
  {
    auto dropped = child.wait();
    EXPECT_TRUE(task.poll(dropped).is_pending());
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  auto moved = std::move(child);
  auto waits = moved.wait();
  EXPECT_TRUE(task.poll(waits).is_pending());
  child = std::move(moved);  // while it waits
  input.reset();
  hand.run_until([&] { return task.take_wakes() != 0; });
  auto status = task.poll(waits);
  ASSERT_TRUE(status.is_ready());
  EXPECT_TRUE(status.value().value().success());
}

TEST(ProcessTest, Wait_ClosesAStdinThatNobodyTook) {
  const Deadline deadline("cat waits for its input");
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
  EXPECT_TRUE(block_on(child.wait()).value().success());
}

TEST(ProcessTest, Dropped_ItRunsOn_AndLeavesNoZombie) {
  pid_t id = 0;
  std::optional<PipeWriter> input;
  {
    auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
    id = child.id();
    input = child.take_stdin();
  }
  EXPECT_EQ(::kill(id, 0), 0) << "it runs on";
  input.reset();  // now it ends
  wait_until_gone(id);
}

TEST(ProcessTest, DroppedAfterItsEnd_IsReapedAtOnce) {
  HandTurned hand;
  pid_t id = 0;
  {
    auto child = Command("true").spawn().value();
    id = child.id();
    const Deadline deadline("true did not end");
    while (state_of(id) != 'Z') blocking_sleep(1ms);
  }
  EXPECT_EQ(state_of(id), ' ');
}

TEST(ProcessTest, KillOnDrop_KillsIt_AlsoInsideATaskThatHasSpentItsBudget) {
  pid_t id = 0;
  {
    const Budget::Scope spent(0);
    auto child = Command("sleep").arg("1000").kill_on_drop(true).spawn().value();
    id = child.id();
  }
  wait_until_gone(id);
}

TEST(ProcessTest, TheChild_InheritsNoDescriptorOfOurs_AndNoBlockedSignal) {
  HandTurned hand;
  auto other = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
  auto input = other.take_stdin();
  const auto pipe =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(input->registration().fd()));
  sigset_t blocked;
  sigset_t before;
  ::sigfillset(&blocked);
  ::pthread_sigmask(SIG_SETMASK, &blocked, &before);
  auto lists = hand.executor.spawn(Command("ls").args({"-l", "/proc/self/fd"}).output());
  auto asks = hand.executor.spawn(Command("grep").args({"SigBlk", "/proc/self/status"}).output());
  const auto output = hand.run(lists).value();
  const auto signals = hand.run(asks).value();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(output.out.find(pipe.string()), std::string::npos) << output.out << "has " << pipe;
  EXPECT_EQ(output.out.find("anon_inode"), std::string::npos) << "the reactor's: " << output.out;
  EXPECT_EQ(signals.out, "SigBlk:\t0000000000000000\n");
}

TEST(ProcessTest, ShutDown_EndsTheWaiting) {
  HandTurned hand;
  auto child = Command("sleep").arg("1000").kill_on_drop(true).spawn().value();
  CountingTask task;
  auto waits = child.wait();
  EXPECT_TRUE(task.poll(waits).is_pending());
  hand.reactor->shut_down();
  auto answer = task.poll(waits);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value().error().is(std::errc::operation_canceled));
}

}  // namespace
