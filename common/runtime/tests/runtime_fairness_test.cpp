// runtime_fairness_test.cpp -- no task keeps the others waiting: self-waking ones, ready ones, two that wake each other.
#include <algorithm>
#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "common/future/poll_fn.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

// All tasks are spawned by one task, so that they stand in one worker's queue.
template <class Flavour>
class RuntimeFairnessTest : public testing::Test {
 protected:
  const Deadline deadline{"a task keeps the others waiting"};
};
TYPED_TEST_SUITE(RuntimeFairnessTest, Flavours, FlavourNames);

// Predict: by how many turns may one of three tasks that yield be ahead of another?
TYPED_TEST(RuntimeFairnessTest, SelfWakingTasks_TakeTurns) {
  const Runtime runtime = TypeParam::of_one_thread().build();
  std::array<int, 3> turns{};
  int furthest_ahead = 0;
  const auto yields = [&](std::size_t mine) -> Async<> {
    for (int i = 0; i < 1000; ++i) {
      ++turns[mine];
      if (i > 10 && i < 990) {
        const auto [least, most] = std::minmax_element(turns.begin(), turns.end());
        furthest_ahead = std::max(furthest_ahead, *most - *least);
      }
      co_await yield_now();
    }
  };
  const auto all = [&]() -> Async<> {
    std::vector<JoinHandle<>> tasks;
    for (std::size_t i = 0; i < turns.size(); ++i) tasks.push_back(spawn(yields, i));
    for (auto& task : tasks) (void)co_await task;
  };
  (void)runtime.block_on(runtime.spawn(all));
  EXPECT_LE(furthest_ahead, 1);
}

// A leaf that is always ready, and counts as leaves do.
auto always_ready() {
  return poll_fn([](Context& cx) -> Poll<void> {
    if (Budget::is_spent(cx)) return Pending();
    Budget::spend();
    return Ready();
  });
}

// Question: every await of the first task is ready at once. When does the second one run for the first time?
TYPED_TEST(RuntimeFairnessTest, ATaskWhoseEveryAwaitIsReady_LetsTheOthersRunAfter128) {
  const Runtime runtime = TypeParam::of_one_thread().build();
  bool other_ran = false;
  std::uint32_t awaits = 0;
  const auto greedy = [&]() -> Async<> {
    auto other = spawn([&]() -> Async<> {
      other_ran = true;
      co_return;
    });
    while (!other_ran) {
      co_await always_ready();
      ++awaits;
    }
    (void)co_await other;
  };
  (void)runtime.block_on(runtime.spawn(greedy));
  EXPECT_EQ(awaits, Budget::kOfOnePoll + 1);  // the last one is ready after the other one's turn
}

// The budget is of one poll: it is full again at the next.
TYPED_TEST(RuntimeFairnessTest, EachPollOfATask_HasTheWholeBudget) {
  const Runtime runtime = TypeParam::of_one_thread().build();
  std::vector<std::uint32_t> awaits_of_each_poll;
  const auto greedy = [&]() -> Async<> {
    for (int i = 0; i < 1000; ++i) co_await always_ready();
  };
  auto inner = greedy();
  std::uint32_t polls = 0;
  (void)runtime.block_on(runtime.spawn(poll_fn([&](Context& cx) -> Poll<void> {
    ++polls;
    return inner.poll(cx);
  })));
  EXPECT_EQ(polls, 1000 / Budget::kOfOnePoll + 1);
}

// Two tasks that hand a token to each other: on a worker each wakes the other into the LIFO slot. A third one is
// spawned while they do.
TYPED_TEST(RuntimeFairnessTest, TwoTasksThatWakeEachOther_DoNotStarveAThird) {
  const Runtime runtime = TypeParam::of_one_thread().build();
  Notify ping, pong;
  bool third_ran = false;
  int rounds = 0;
  const auto first = [&]() -> Async<> {
    JoinHandle<> third = spawn([]() -> Async<> { co_return; });
    while (!third_ran && rounds < 1000) {
      if (++rounds == 10) {
        third = spawn([&]() -> Async<> {
          third_ran = true;
          co_return;
        });
      }
      pong.notify_one();
      co_await ping.notified();
    }
    pong.notify_one();
    (void)co_await third;
  };
  const auto second = [&]() -> Async<> {
    while (!third_ran && rounds < 1000) {
      co_await pong.notified();
      ping.notify_one();
    }
  };
  const auto all = [&]() -> Async<> {
    auto one = spawn(first);
    auto two = spawn(second);
    (void)co_await one;
    (void)co_await two;
  };
  (void)runtime.block_on(runtime.spawn(all));
  EXPECT_TRUE(third_ran);
  EXPECT_LT(rounds, 30);
}

// What threads from outside spawn stands in the shared queue: also beside a task that never rests it has its turn.
TYPED_TEST(RuntimeFairnessTest, ATaskFromOutside_HasItsTurnBesideOnesThatAlwaysYield) {
  const Runtime runtime = TypeParam::of_one_thread().build();
  base::Atomic<bool> stop = false;
  const auto yields = [&]() -> Async<> {
    while (!stop) co_await yield_now();
  };
  auto first = runtime.spawn(yields);
  auto second = runtime.spawn(yields);
  base::Parker begun;
  const base::Thread outside([&] {
    begun.park();
    runtime
        .spawn([&]() -> Async<> {
          stop = true;
          co_return;
        })
        .detach();
  });
  begun.unpark();
  runtime.block_on([&]() -> Async<> {
    (void)co_await first;
    (void)co_await second;
  });
  EXPECT_TRUE(stop);
}

// The same for time: a busy worker looks at its timers every event_interval turns.
TYPED_TEST(RuntimeFairnessTest, ATimer_IsFiredBesideTasksThatAlwaysYield) {
  const Runtime runtime = TypeParam::of_one_thread().enable_time().build();
  bool stop = false;
  const auto all = [&]() -> Async<> {
    auto yields = spawn([&]() -> Async<> {
      while (!stop) co_await yield_now();
    });
    co_await sleep(std::chrono::milliseconds(1));
    stop = true;
    (void)co_await yields;
  };
  (void)runtime.block_on(runtime.spawn(all));
  EXPECT_TRUE(stop);
}

// And for I/O.
TYPED_TEST(RuntimeFairnessTest, ADatagram_IsSeenBesideTasksThatAlwaysYield) {
  const Runtime runtime = TypeParam::of_one_thread().enable_io().build();
  bool stop = false;
  const auto all = [&]() -> Async<> {
    auto receiver = UdpSocket::bind("127.0.0.1:0");
    auto sender = UdpSocket::bind("127.0.0.1:0");
    auto yields = spawn([&]() -> Async<> {
      bool sent = false;
      while (!stop) {
        co_await yield_now();
        if (std::exchange(sent, true)) continue;
        const std::array<std::byte, 3> message{};
        const auto to = receiver->local_address().value();
        (void)co_await sender->send_to(message, to);
      }
    });
    std::array<std::byte, 8> buffer{};
    const auto got = co_await receiver->recv_from(buffer);  // waits: nothing is sent before it does
    stop = true;
    EXPECT_EQ(got->first, 3u);
    (void)co_await yields;
  };
  (void)runtime.block_on(runtime.spawn(all));
  EXPECT_TRUE(stop);
}

}  // namespace
