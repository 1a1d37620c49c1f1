// block_on_test.cpp -- runs a future on this thread, which sleeps while the future waits.
#include "common/future/block_on.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT

TEST(BlockOnTest, ReadyFuture_ReturnsItsOutput) {
  EXPECT_EQ(block_on(ready(4)), 4);
  EXPECT_EQ(*block_on(ready(std::make_unique<int>(5))), 5);
  block_on(ready());
}

// Predict: the waker is called during the poll, before the thread parks. Does it sleep for ever?
TEST(BlockOnTest, WakeBeforePark_IsNotLost) {
  int polls = 0;
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    if (++polls == 1'000) return Ready();
    cx.waker().wake_by_ref();
    cx.waker().wake_by_ref();  // twice: still one token
    return Pending();
  }));
  EXPECT_EQ(polls, 1'000);
}

TEST(BlockOnTest, WakeFromAnotherThread_EndsTheSleep) {
  std::optional<base::Thread> other;
  bool ready_now = false;
  base::Locked<int> published{0};
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    if (std::exchange(ready_now, true)) return Ready();
    other.emplace([waker = cx.waker().clone(), &published]() mutable {
      *published.lock() = 7;
      std::move(waker).wake();
    });
    return Pending();
  }));
  EXPECT_EQ(*published.lock(), 7);
}

TEST(BlockOnTest, ManyWakesFromAnotherThread_NoneIsLost) {
  constexpr int kTurns = 5'000;
  struct Shared {
    int turn = 0;
    std::optional<Waker> waiting;
    bool stop = false;
  };
  base::Locked<Shared> shared;
  base::Parker asked;
  base::Thread other([&] {
    for (;;) {
      asked.park();
      auto state = shared.lock();
      if (state->stop) return;
      ++state->turn;
      std::exchange(state->waiting, std::nullopt)->wake_by_ref();
    }
  });
  for (int i = 0; i < kTurns; ++i) {
    block_on(poll_fn([&](Context& cx) -> Poll<void> {
      auto state = shared.lock();
      if (state->turn > i) return Ready();
      if (!state->waiting) {
        state->waiting = cx.waker().clone();
        asked.unpark();
      }
      return Pending();
    }));
  }
  shared.lock()->stop = true;
  asked.unpark();
  EXPECT_EQ(shared.lock()->turn, kTurns);
}

TEST(BlockOnTest, WakerKeptAfterItReturned_IsValidAndWakesNobody) {
  std::optional<Waker> kept;
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    kept = cx.waker().clone();
    return Ready();
  }));
  kept->wake_by_ref();
  const Waker clone = kept->clone();
  std::move(*kept).wake();
  clone.wake_by_ref();
}

TEST(BlockOnTest, Lvalue_IsPolledWhereItIs) {
  auto number = [](int n) -> Async<int> {
    co_await yield_now();
    co_return n;
  }(3);
  EXPECT_EQ(block_on(number), 3);
}

TEST(BlockOnTest, ImmovableFuture_Works) {
  struct Fixed {
    using Output = int;
    Fixed() = default;
    Fixed(Fixed&&) = delete;
    Poll<int> poll(Context&) { return Ready(1); }
  };
  Fixed fixed;
  EXPECT_EQ(block_on(fixed), 1);
  EXPECT_EQ(block_on(Fixed()), 1);
}

TEST(BlockOnTest, ExceptionOfTheFuture_ComesOutAndFreesTheWaker) {
  Gate<int> gate;
  gate.fail("burnt");
  EXPECT_THROW(block_on(gate.future()), std::runtime_error);
  EXPECT_EQ(gate.dropped(), 1u);
}

// A poll may block_on something else only if that is ready without this thread; nesting as such is harmless.
TEST(BlockOnTest, TwoInOneThread_HaveWakersOfTheirOwn) {
  std::optional<Waker> outer;
  bool again = false;
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    if (std::exchange(again, true)) return Ready();
    outer = cx.waker().clone();
    block_on(poll_fn([&](Context& inner) -> Poll<void> {
      EXPECT_FALSE(inner.waker().will_wake(*outer));
      return Ready();
    }));
    outer->wake_by_ref();
    return Pending();
  }));
}

}  // namespace
