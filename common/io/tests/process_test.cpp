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
#include "common/io/tests/shell.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<Child> && !std::is_copy_constructible_v<Child>);
static_assert(std::is_copy_constructible_v<Command>);

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

TEST(ProcessTest, Wait_AfterTryWaitFoundTheEnd_WaitsForNoEvent) {
  HandTurned hand;
  auto child = Command("cat").stdin_(Stdio::piped()).stdout_(Stdio::null()).spawn().value();
  auto input = child.take_stdin();
  hand.settle();
  CountingTask task;
  auto waits = child.wait();
  EXPECT_TRUE(task.poll(waits).is_pending());
  input.reset();
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
