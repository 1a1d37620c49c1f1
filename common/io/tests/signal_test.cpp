// signal_test.cpp -- signals as futures: none is lost, several are one, and every listener hears every signal.
#include "common/io/signal.hpp"

#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"

namespace {

using namespace async;

void raise_here(SignalKind kind) { ASSERT_EQ(::kill(::getpid(), kind.as_raw()), 0); }

// Question: SIGUSR1 comes three times before anybody awaits it. How many recv() are ready?
TEST(SignalTest, SeveralSignals_AreOneRecv_AndNoneIsLostBeforeIt) {
  HandTurned hand;
  auto listening = async::signal(SignalKind::user_defined1()).value();
  hand.settle();
  CountingTask task;
  {
    auto waits = listening.recv();
    EXPECT_TRUE(task.poll(waits).is_pending());
    raise_here(SignalKind::user_defined1());
    EXPECT_EQ(task.take_wakes(), 0u) << "the handler only counts: the next turn tells";
    hand.look();
    EXPECT_EQ(task.take_wakes(), 1u);
  }  // dropped after it was woken: the signal is still there
  raise_here(SignalKind::user_defined1());
  raise_here(SignalKind::user_defined1());
  auto first = listening.recv();
  EXPECT_TRUE(task.poll(first).is_ready());
  auto second = listening.recv();
  EXPECT_TRUE(task.poll(second).is_pending());
  hand.look();
  EXPECT_TRUE(task.poll(second).is_pending()) << "an event of signals that were told already wakes in vain";
}

TEST(SignalTest, TwoListenersInTwoReactors_BothHearIt) {
  HandTurned hand;
  auto here = async::signal(SignalKind::user_defined2()).value();
  const auto other = std::make_shared<Reactor>();
  std::optional<Signal> there;
  {
    CurrentReactor current(other);
    there.emplace(async::signal(SignalKind::user_defined2()).value());
  }
  hand.settle();
  other->turn(std::chrono::nanoseconds(0));
  CountingTask first;
  CountingTask second;
  auto waits_here = here.recv();
  auto waits_there = there->recv();
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(first.poll(waits_here).is_pending());
    EXPECT_TRUE(second.poll(waits_there).is_pending());
    if (round == 2) break;
    (void)first.take_wakes();
    other->turn(std::chrono::nanoseconds(0));
    hand.look();
  }
  raise_here(SignalKind::user_defined2());
  EXPECT_EQ(hand.look(), 1u);
  EXPECT_EQ(other->turn(std::chrono::nanoseconds(0)), 1u) << "the first reactor did not take the edge away";
  EXPECT_EQ(first.take_wakes(), 1u);
  EXPECT_EQ(second.take_wakes(), 1u);
  EXPECT_TRUE(first.poll(waits_here).is_ready());
  EXPECT_TRUE(second.poll(waits_there).is_ready());
}

TEST(SignalTest, ALateListener_HearsOnlyWhatComesLater) {
  HandTurned hand;
  auto early = async::signal(SignalKind::window_change()).value();
  raise_here(SignalKind::window_change());
  auto late = async::signal(SignalKind::window_change()).value();
  hand.settle();
  CountingTask task;
  auto waits = late.recv();
  EXPECT_TRUE(task.poll(waits).is_pending());
  auto first = early.recv();
  EXPECT_TRUE(task.poll(first).is_ready());
}

TEST(SignalTest, CtrlC_IsHeardOnTheProgramsReactor) {
  const Deadline deadline("Ctrl-C was not heard");
  for (int i = 0; i < 3; ++i) {  // as in the book
    bool is_polled = false;
    auto presses = [&]() -> Async<> {
      raise_here(SignalKind::interrupt());
      is_polled = true;
      co_return;
    };
    auto both = join(ctrl_c(), presses());
    const auto [heard, pressed] = block_on(both);
    EXPECT_TRUE(heard);
    EXPECT_TRUE(is_polled);
  }
}

TEST(SignalTest, WhatCannotBeAwaited_IsAnErrorThatSaysSo) {
  for (const int number : {SIGKILL, SIGSTOP, SIGSEGV, SIGILL, SIGFPE, SIGBUS}) {
    const auto refused = async::signal(SignalKind::from_raw(number));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(std::errc::invalid_argument));
    EXPECT_NE(refused.error().message().find(
                  "SIGKILL, SIGSTOP, SIGSEGV, SIGILL, SIGFPE and SIGBUS cannot be awaited"),
              std::string::npos);
  }
  for (const int number : {0, -1, 65, 1000}) {
    const auto refused = async::signal(SignalKind::from_raw(number));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("(there are 1 to 64)"), std::string::npos);
  }
}

TEST(SignalTest, TheKinds_HaveTheSystemsNumbers) {
  EXPECT_EQ(SignalKind::interrupt().as_raw(), SIGINT);
  EXPECT_EQ(SignalKind::terminate().as_raw(), SIGTERM);
  EXPECT_EQ(SignalKind::hangup().as_raw(), SIGHUP);
  EXPECT_EQ(SignalKind::quit().as_raw(), SIGQUIT);
  EXPECT_EQ(SignalKind::child().as_raw(), SIGCHLD);
  EXPECT_EQ(SignalKind::pipe().as_raw(), SIGPIPE);
  EXPECT_EQ(SignalKind::alarm().as_raw(), SIGALRM);
  EXPECT_EQ(SignalKind::from_raw(SIGHUP), SignalKind::hangup());
  EXPECT_NE(SignalKind::hangup(), SignalKind::quit());
}

// The book's lesson, in a program of its own: before the first use the signal ends it, afterwards it does
// not.
TEST(SignalDeathTest, BeforeTheFirstUse_TheSignalDoesWhatItDoesByDefault) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // What a shell starts in the background ignores it, and so would the programs below.
  struct sigaction now{};
  ASSERT_EQ(::sigaction(SIGQUIT, nullptr, &now), 0);
  if (now.sa_handler == SIG_IGN) ::signal(SIGQUIT, SIG_DFL);
  EXPECT_EXIT(raise_here(SignalKind::quit()), testing::KilledBySignal(SIGQUIT), "");
  EXPECT_EXIT(
      {
        {
          auto listening = async::signal(SignalKind::quit());
          if (!listening) std::_Exit(1);
        }
        raise_here(SignalKind::quit());  // nobody listens any more, and yet
        std::_Exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
