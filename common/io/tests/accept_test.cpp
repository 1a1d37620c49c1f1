// accept_test.cpp -- a listener whose program has no descriptors left: it pauses, spins never, and serves on.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// While it lives, this program cannot open anything.
class NoDescriptors {
 public:
  NoDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const base::Descriptor lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit none = before_;
    none.rlim_cur =
        static_cast<rlim_t>(lowest.get());  // numbers below are taken, or nearly all: see the loop
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    for (;;) {
      base::Descriptor filler(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!filler) break;
      fillers_.push_back(std::move(filler));
    }
  }
  ~NoDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<base::Descriptor> fillers_;
};

// UndefinedBehaviorSanitizer looks at an object of a virtual class through a pipe, the first time that it
// sees its kind. So it sees the clock while a pipe can still be opened.
void show_clock_to_sanitizer(Clock& clock) {
  CountingTask task;
  auto nap = sleep(1ms);
  EXPECT_TRUE(task.poll(nap).is_pending());
  EXPECT_EQ(&Clock::current(), &clock);
}

// Question: a connection waits, and there is no descriptor for it. How often does accept ask within a second?
TEST(AcceptTest, WithoutDescriptors_ItPauses50Ms_AndServesOnWhenThereAreSome) {
  PausedClock clock;
  show_clock_to_sanitizer(clock);
  HandTurned hand;
  auto listening = TcpListener::bind("127.0.0.1:0").value();
  auto connects = hand.executor.spawn(TcpStream::connect(listening.local_address().value()));
  auto client = hand.run(connects);
  ASSERT_TRUE(client);
  CountingTask task;
  auto accepts = listening.accept();
  {
    const NoDescriptors none;
    EXPECT_TRUE(task.poll(accepts).is_pending());
    EXPECT_EQ(listening.backed_off(), 1u);
    EXPECT_TRUE(task.poll(accepts).is_pending());
    EXPECT_EQ(listening.backed_off(), 1u) << "polled again too early: it does not ask";
    hand.look();
    EXPECT_EQ(task.take_wakes(), 0u) << "nobody wakes it before the time";
    for (std::size_t pause = 2; pause <= 21; ++pause) {
      clock.advance(50ms - 1ns);
      EXPECT_EQ(task.take_wakes(), 0u);
      clock.advance(1ns);
      EXPECT_EQ(task.take_wakes(), 1u);
      EXPECT_TRUE(task.poll(accepts).is_pending());
      EXPECT_EQ(listening.backed_off(), pause);
    }
  }
  clock.advance(50ms);
  auto answer = task.poll(accepts);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(answer.value().value().second, client->local_address().value());
}

TEST(AcceptTest, DroppedWhileItPauses_LeavesTheClockAlone) {
  PausedClock clock;
  show_clock_to_sanitizer(clock);
  HandTurned hand;
  auto listening = TcpListener::bind("127.0.0.1:0").value();
  auto connects = hand.executor.spawn(TcpStream::connect(listening.local_address().value()));
  auto client = hand.run(connects);
  CountingTask task;
  {
    const NoDescriptors none;
    auto accepts = listening.accept();
    EXPECT_TRUE(task.poll(accepts).is_pending());
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_FALSE(clock.advance_to_next());
  auto accepts = listening.accept();
  EXPECT_TRUE(task.poll(accepts).is_ready());
}

}  // namespace
