// s3_poll_test.cpp -- os::Poll: what is told when, what ends a poll, and what is refused.
#include "ch04_networking/s3_poll.hpp"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

using namespace std::chrono_literals;
using os::Interest;
using os::Token;

// "1 rw" for token 1, readable and writable; "c" where the other side has ended.
std::string told(const os::Events& events) {
  std::string all;
  for (const os::Event event : events) {
    if (!all.empty()) all += ", ";
    all += std::to_string(event.token().value) + " ";
    if (event.is_readable()) all += "r";
    if (event.is_writable()) all += "w";
    if (event.is_read_closed()) all += "c";
  }
  return all;
}

class PollTest : public ::testing::Test {
 protected:
  std::string look() {
    poll.poll(events, 0ms);
    return told(events);
  }
  void write_there(std::string_view text = "x") {
    ASSERT_EQ(try_write(sockets.there.get(), text).value(), text.size());
  }
  int here() const { return sockets.here.get(); }

  Connected sockets;
  os::Poll poll;
  os::Events events{16};
};

// Question: two bytes come, one is read. Is the other one told?
// Predict, for each look. Break in `Poll::poll`.
TEST_F(PollTest, Change_IsToldOnce_UntilAnotherOneComes) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  EXPECT_EQ(look(), "");
  write_there("xy");
  EXPECT_EQ(look(), "1 r");
  std::array<char, 1> one;
  ASSERT_EQ(try_read(here(), one).value(), 1u);
  EXPECT_EQ(look(), "") << "the second byte is there, and was told";
  write_there("z");
  EXPECT_EQ(look(), "1 r");
}

TEST_F(PollTest, WhatItIsReadyFor_IsToldAtRegistration) {
  write_there();
  ASSERT_TRUE(poll.register_fd(here(), Token(7), Interest::readable() | Interest::writable()));
  EXPECT_EQ(look(), "7 rw");
}

TEST_F(PollTest, Interest_IsAllThatIsTold) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::writable()));
  EXPECT_EQ(look(), "1 w");
  write_there();
  EXPECT_EQ(look(), "") << "nobody asked for readable";
}

// Question: the token and the interest are changed while something is there to read. What is told now?
// Predict. Break in `Poll::reregister_fd`.
TEST_F(PollTest, Reregister_ChangesBoth_AndTellsAgain) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  write_there();
  EXPECT_EQ(look(), "1 r");
  ASSERT_TRUE(poll.reregister_fd(here(), Token(2), Interest::readable()));
  EXPECT_EQ(look(), "2 r");
  ASSERT_TRUE(poll.reregister_fd(here(), Token(3), Interest::writable()));
  EXPECT_EQ(look(), "3 w");
}

TEST_F(PollTest, Deregistered_TellsNothing_AndCanBeRegisteredAgain) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  ASSERT_TRUE(poll.deregister_fd(here()));
  write_there();
  EXPECT_EQ(look(), "");
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  EXPECT_EQ(look(), "1 r");
}

TEST_F(PollTest, FullSocket_IsWritableAgain_OnceTheOtherSideHasRead) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::writable()));
  EXPECT_EQ(look(), "1 w");
  while (try_write(here(), std::string(4096, 'x'))->has_value()) continue;
  EXPECT_EQ(look(), "");
  (void)read_now(sockets.there.get());
  EXPECT_EQ(look(), "1 w");
}

TEST_F(PollTest, EndOfTheOtherSide_IsReadable_AndKnownAsAnEnd) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  write_there("last words");
  ::shutdown(sockets.there.get(), SHUT_WR);
  EXPECT_EQ(look(), "1 rc");
  EXPECT_EQ(read_now(here()), "last words");
  sockets.there.reset();
  EXPECT_EQ(look(), "1 rwc");
}

TEST_F(PollTest, Timeout_LeavesTheEventsEmpty_AndIsNotOverTooEarly) {
  write_there();
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  EXPECT_EQ(look(), "1 r");
  const auto start = std::chrono::steady_clock::now();
  poll.poll(events, 1'500us);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1'500us);
  EXPECT_TRUE(events.is_empty()) << "the events of the poll before are gone";
}

TEST_F(PollTest, MoreEventsThanRoom_ComeWithTheNextPolls) {
  std::vector<Connected> many(5);
  for (std::size_t i = 0; i < many.size(); ++i) {
    ASSERT_TRUE(poll.register_fd(many[i].here.get(), Token(i), Interest::writable()));
  }
  os::Events two(2);
  std::vector<bool> seen(many.size());
  for (const std::size_t expected : {2u, 2u, 1u, 0u}) {
    poll.poll(two, 0ms);
    EXPECT_EQ(two.size(), expected);
    for (const os::Event event : two) seen[event.token().value] = true;
  }
  EXPECT_EQ(seen, std::vector<bool>(many.size(), true));
}

// Question: a thread sleeps in poll, and no descriptor of it is ready. What gets it out?
// Predict how many events two rings are. Break in `Alarm::ring`.
TEST_F(PollTest, Alarm_EndsAPollWithoutATimeout) {
  const Deadline deadline("an alarm did not end the poll");
  os::Alarm alarm(poll, Token(9));
  base::Thread other([&alarm] { alarm.ring(); });
  poll.poll(events, std::nullopt);
  EXPECT_EQ(told(events), "9 r");
  other.join();
  EXPECT_EQ(look(), "") << "one ring, one event, although nobody has read the descriptor";
  alarm.ring();
  alarm.ring();
  EXPECT_EQ(look(), "9 r") << "rings before the poll are kept, as one";
  EXPECT_EQ(look(), "");
}

TEST_F(PollTest, AlarmThatIsGone_TellsNothing) {
  {
    os::Alarm alarm(poll, Token(9));
    alarm.ring();
  }
  EXPECT_EQ(look(), "");
}

TEST_F(PollTest, DescriptorThatIsRegisteredMeanwhile_EndsThePoll) {
  const Deadline deadline("the poll did not see the new descriptor");
  base::Thread other([this] { (void)poll.register_fd(here(), Token(3), Interest::writable()); });
  poll.poll(events, std::nullopt);
  EXPECT_EQ(told(events), "3 w");
}

TEST_F(PollTest, TimeoutLongerThanAnyClock_IsJustLong) {
  const Deadline deadline("an alarm did not end the poll");
  os::Alarm alarm(poll, Token(9));
  alarm.ring();
  poll.poll(events, std::chrono::nanoseconds::max());
  EXPECT_EQ(told(events), "9 r");
  poll.poll(events, -1ns);
  EXPECT_TRUE(events.is_empty());
}

base::Atomic<int> g_signals = 0;

// A signal every millisecond while it lives.
class ManySignals {
 public:
  ManySignals() {
    struct sigaction action{};
    action.sa_handler = [](int) { ++g_signals; };  // no SA_RESTART: epoll_wait would not know it anyway
    ::sigaction(SIGALRM, &action, &before_);
    const itimerval every{.it_interval = {.tv_sec = 0, .tv_usec = 1'000},
                          .it_value = {.tv_sec = 0, .tv_usec = 1'000}};
    ::setitimer(ITIMER_REAL, &every, nullptr);
  }
  ~ManySignals() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  struct sigaction before_{};
};

TEST_F(PollTest, Signals_NeitherEndAPollNorProlongIt) {
  const Deadline deadline("each signal gave the poll its whole time again");
  const ManySignals signals;
  const auto start = std::chrono::steady_clock::now();
  poll.poll(events, 30ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
  EXPECT_TRUE(events.is_empty());
  while (g_signals == 0) base::yield_thread();  // there were some
}

TEST_F(PollTest, Misuse_IsToldWithWhatItMayMean) {
  const std::string number = std::to_string(here());
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  EXPECT_EQ(
      poll.register_fd(here(), Token(2), Interest::readable()).error().message(),
      "register descriptor " + number + " (it is registered already: reregister_fd changes it): File exists");
  ASSERT_TRUE(poll.deregister_fd(here()));
  EXPECT_EQ(poll.deregister_fd(here()).error().message(),
            "deregister descriptor " + number +
                " (it is not registered here, or was closed meanwhile): No such file or directory");
  EXPECT_EQ(poll.reregister_fd(here(), Token(1), Interest::readable()).error().message(),
            "reregister descriptor " + number +
                " (it is not registered here, or was closed meanwhile): No such file or directory");
  sockets.here.reset();
  EXPECT_EQ(poll.register_fd(std::stoi(number), Token(1), Interest::readable()).error().message(),
            "register descriptor " + number + " (it is closed): Bad file descriptor");
  const base::Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_TRUE(poll.register_fd(file.get(), Token(1), Interest::readable())
                  .error()
                  .is(std::errc::operation_not_permitted));
}

TEST_F(PollTest, ClosedDescriptor_IsForgottenByItself) {
  ASSERT_TRUE(poll.register_fd(here(), Token(1), Interest::readable()));
  write_there();
  sockets.here.reset();
  EXPECT_EQ(look(), "");
}

TEST(EventsTest, WithoutRoom_OrWithTooMuch_AreRefused) {
  EXPECT_THROW(os::Events(0), std::invalid_argument);
  EXPECT_THROW(os::Events(200'000'000), std::invalid_argument);
}

}  // namespace
}  // namespace ch04::tests
