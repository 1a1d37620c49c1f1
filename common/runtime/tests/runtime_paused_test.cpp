// runtime_paused_test.cpp -- both kinds of runtime under a paused clock: hours pass at once, in the right order.
#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <vector>

#include "common/future/yield_now.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

template <class Flavour>
class RuntimePausedTest : public testing::Test {
 protected:
  const Deadline deadline{"paused time stands still"};
  PausedClock clock;
  const Runtime runtime = Flavour::builder().enable_all().build();
};
TYPED_TEST_SUITE(RuntimePausedTest, Flavours, FlavourNames);

TYPED_TEST(RuntimePausedTest, ASleepOfHours_TakesNoTime_AndExactlySoLong) {
  this->runtime.block_on([] { return sleep(3h); });
  EXPECT_EQ(now(), Instant(3h));
  auto task = this->runtime.spawn([]() -> Async<Instant> {
    co_await sleep(2h);
    co_return now();
  });
  EXPECT_EQ(this->runtime.block_on(task).value(), Instant(5h));
}

// Predict: five tasks sleep 5, 1, 4, 2 and 3 s. Who wakes when?
TYPED_TEST(RuntimePausedTest, Sleepers_WakeInTheOrderOfTheirDeadlines) {
  std::vector<int> order;
  std::vector<JoinHandle<>> tasks;
  for (const int seconds : {5, 1, 4, 2, 3}) {
    tasks.push_back(this->runtime.spawn([&order, seconds]() -> Async<> {
      co_await sleep_until(Instant(std::chrono::seconds(seconds)));
      EXPECT_EQ(now(), Instant(std::chrono::seconds(seconds)));
      order.push_back(seconds);
    }));
  }
  for (auto& task : tasks) (void)this->runtime.block_on(task);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5}));
}

TYPED_TEST(RuntimePausedTest, TenThousandSleepers_AreAllWoken) {
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 10'000; ++i) {
    tasks.push_back(this->runtime.spawn([i]() -> Async<> {
      co_await sleep(std::chrono::milliseconds(i % 100));
      co_await sleep(1s);
    }));
  }
  for (auto& task : tasks) EXPECT_TRUE(this->runtime.block_on(task).has_value());
  EXPECT_GE(now(), Instant(1099ms));
}

// Time does not move while a call on the pool is busy; it does while that sleeps by the clock.
TYPED_TEST(RuntimePausedTest, ABlockingCall_IsBusyUntilItSleepsToo) {
  const auto [call_ended, task_woke] = this->runtime.block_on([]() -> Async<std::pair<Instant, Instant>> {
    auto call = spawn_blocking([] {
      blocking_sleep(2s);
      return now();
    });
    co_await sleep(1s);
    const Instant woke = now();
    const auto ended = co_await call;
    co_return std::pair(*ended, woke);
  });
  EXPECT_EQ(task_woke, Instant(1s));
  EXPECT_EQ(call_ended, Instant(2s));
}

TYPED_TEST(RuntimePausedTest, ASocketThatWaits_DoesNotHoldTheClock) {
  auto waits = this->runtime.spawn([]() -> Async<> {
    auto socket = UdpSocket::bind("127.0.0.1:0");
    std::array<std::byte, 8> buffer{};
    (void)co_await socket->recv_from(buffer);
  });
  for (int i = 0; i < 30; ++i) {
    this->runtime.block_on([]() -> Async<> {
      auto sleeps = spawn([]() -> Async<> { co_await sleep(1h); });
      (void)co_await sleeps;
    });
  }
  EXPECT_EQ(now(), Instant(30h));
  waits.abort();
  (void)this->runtime.block_on(waits);
}

TYPED_TEST(RuntimePausedTest, ADatagram_IsReceivedBesideSleepers) {
  const auto bytes = this->runtime.block_on([]() -> Async<std::size_t> {
    auto receiver = UdpSocket::bind("127.0.0.1:0");
    auto sender = UdpSocket::bind("127.0.0.1:0");
    const auto to = receiver->local_address().value();
    auto sends = spawn([&]() -> Async<> {
      co_await sleep(1h);
      const std::array<std::byte, 5> message{};
      (void)co_await sender->send_to(message, to);
    });
    std::array<std::byte, 8> buffer{};
    const auto got = co_await receiver->recv_from(buffer);
    (void)co_await sends;
    co_return got->first;
  });
  EXPECT_EQ(bytes, 5u);
  EXPECT_EQ(now(), Instant(1h));
}

// The first socket there is, opened while all workers sleep: one of them has to look at it.
TYPED_TEST(RuntimePausedTest, ADatagramFromOutside_IsReceivedThoughAllWorkersSleep) {
  base::Atomic<bool> is_there = false;
  base::Thread outside;
  const auto receives = [&]() -> Async<> {
    co_await sleep(1h);  // is over when all workers sleep
    auto receiver = UdpSocket::bind("127.0.0.1:0");
    const auto to = receiver->local_address().value();
    outside = base::Thread(base::Bystander{}, [&is_there, to] {
      const Runtime other = Builder::new_current_thread().enable_all().build();
      other.block_on([&]() -> Async<> {
        auto sender = UdpSocket::bind("127.0.0.1:0");
        const std::array<std::byte, 5> message{};
        while (!is_there.load()) {
          (void)co_await sender->send_to(message, to);
          co_await yield_now();
        }
      });
    });
    std::array<std::byte, 8> buffer{};
    const auto got = co_await receiver->recv_from(buffer);
    EXPECT_EQ(got->first, 5u);
    is_there = true;
  };
  this->runtime.block_on(receives);
  outside.join();
}

TYPED_TEST(RuntimePausedTest, ATimeoutOfATaskThatNeverEnds_RunsOut) {
  const bool in_time = this->runtime.block_on([]() -> Async<bool> {
    auto never = spawn([]() -> Async<> {
      for (;;) co_await sleep(1h);
    });
    const auto result = co_await timeout(24h, by_ref(never));
    never.abort();
    co_return result.has_value();
  });
  EXPECT_FALSE(in_time);
  EXPECT_EQ(now(), Instant(24h));
}

// The idle thread of the pool sleeps by the same clock; its time is over before the task's.
TYPED_TEST(RuntimePausedTest, KeepAlive_GoesByTheSameClock) {
  const Runtime other = TypeParam::builder().enable_time().thread_keep_alive(10s).build();
  other.block_on([&]() -> Async<> {
    auto call = spawn_blocking([] {});
    (void)co_await call;
    co_await sleep(9s);
    EXPECT_EQ(other.metrics().blocking_threads, 1u);
    co_await sleep(2s);
  });
  yield_until([&] { return other.metrics().blocking_threads == 0; });
}

}  // namespace
