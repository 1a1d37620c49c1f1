// s6_ctrl_c_test.cpp -- what Ctrl-C does before anybody listens, while somebody does, and in between.
#include "ch07_runtime_tuning/s6_ctrl_c.hpp"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using PrintedLines = std::vector<std::string>;

class CtrlCTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  const SignalScope scope_{SIGINT};
  const Deadline deadline_{"nobody heard the signal"};
};

// Read this one first.
// Question: three Ctrl-C, each sent when the task listens again. What is printed?
// Predict. Break in `detail::on_signal`: in which thread is it?
TEST_F(CtrlCTest, ThreeSignals_EndTheTask) {
  const demo::CapturedLines printed;
  base::Parker listens;
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
  auto handle = runtime.spawn([&listens] { return cleanup(listens); });
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(handle.is_finished());
    listens.park();
    send_to_oneself(SIGINT);
  }
  EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(printed.lines(), (PrintedLines{"cleanup background task started", "ctrl-c received!",
                                           "ctrl-c received!", "ctrl-c received!"}));
}

// Question: nobody has ever listened, and Ctrl-C comes. And once somebody has, but does
// something else just now?
// Predict the two ends of the process.
TEST_F(CtrlCTest, BeforeAnybodyListens_TheProgramEnds) {
  const auto program = [] {
    ::signal(SIGINT, SIG_DFL);
    const Runtime runtime;
    (void)block_on(runtime.spawn([]() -> Async<> {
      send_to_oneself(SIGINT);  // the task has not come to ctrl_c() yet
      (void)co_await ctrl_c();
    }));
    std::exit(0);
  };
  EXPECT_EXIT(program(), testing::KilledBySignal(SIGINT), "");
}

TEST_F(CtrlCTest, OnceSomebodyHasListened_TheProgramLivesOn) {
  const auto program = [] {
    const bool heard_later = run_async_main([]() -> Async<bool> {
      Signal interrupts = listen_to(SignalKind::interrupt());
      send_to_oneself(SIGINT);  // nobody awaits it
      const auto heard = co_await interrupts.recv();
      co_return heard.has_value();
    });
    std::exit(heard_later ? 7 : 1);
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(7), "");
}

TEST_F(CtrlCTest, SeveralSignalsBetweenTwoAwaits_AreOne) {
  const int heard = run_async_main(
      []() -> Async<int> {
        Signal interrupts = listen_to(SignalKind::interrupt());
        for (int i = 0; i < 3; ++i) send_to_oneself(SIGINT);
        int count = 0;
        (void)co_await interrupts.recv();
        ++count;
        bool is_sent = false;  // has its turn only while the second recv() waits
        spawn([&is_sent]() -> Async<> {
          is_sent = true;
          send_to_oneself(SIGINT);
          co_return;
        }).detach();
        (void)co_await interrupts.recv();
        EXPECT_TRUE(is_sent) << "one of the three was heard again";
        co_return ++count;
      },
      RuntimeFlavor::current_thread);
  EXPECT_EQ(heard, 2);
}

// The cure: while the workers of one runtime are all blocked, the thread that listens is not.
TEST_F(CtrlCTest, ListeningThread_HearsWhileAnotherRuntimeIsBlocked) {
  base::Parker blocks, let_go;
  const Runtime busy = Builder::new_multi_thread().worker_threads(1).build();
  auto stuck = busy.spawn([&]() -> Async<> {
    blocks.unpark();
    let_go.park();
    co_return;
  });
  blocks.park();
  const bool heard = run_async_main(
      []() -> Async<bool> {
        Signal interrupts = listen_to(SignalKind::interrupt());
        send_to_oneself(SIGINT);
        const auto result = co_await interrupts.recv();
        co_return result.has_value();
      },
      RuntimeFlavor::current_thread);
  EXPECT_TRUE(heard);
  EXPECT_FALSE(stuck.is_finished());
  let_go.unpark();
  EXPECT_TRUE(block_on(stuck));
}

TEST(SignalScopeTest, EndOfTheScope_GivesTheSignalBack) {
  const auto program = [] {
    ::signal(SIGHUP, SIG_DFL);
    {
      const SignalScope scope(SIGHUP);
      for (int i = 0; i < 2; ++i) {
        run_async_main([]() -> Async<> {
          Signal hangups = listen_to(SignalKind::hangup());
          send_to_oneself(SIGHUP);
          (void)co_await hangups.recv();
        });
      }
    }
    {
      const SignalScope again(SIGHUP);
      run_async_main([]() -> Async<> {
        Signal hangups = listen_to(SignalKind::hangup());  // the handler is back
        send_to_oneself(SIGHUP);
        (void)co_await hangups.recv();
      });
    }
    (void)!::write(STDERR_FILENO, "given back", 10);
    send_to_oneself(SIGHUP);
    std::exit(0);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(program(), testing::KilledBySignal(SIGHUP), "given back");
}

}  // namespace
}  // namespace ch07
