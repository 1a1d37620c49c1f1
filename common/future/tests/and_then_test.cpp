// and_then_test.cpp -- and_then: a value goes on to the next future, an error ends the chain.
#include "common/future/and_then.hpp"

#include <expected>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT

template <class T>
using Result = std::expected<T, std::string>;

Async<Result<int>> half(int n) {
  if (n % 2 != 0) co_return std::unexpected("odd");
  co_return n / 2;
}

TEST(AndThenTest, Value_GoesOnToTheNextFuture) {
  EXPECT_EQ(block_on(and_then(half(12), half)), 3);
  EXPECT_EQ(block_on(and_then(and_then(half(24), half), half)), 3);
}

TEST(AndThenTest, Error_EndsTheChainAndTheFunctionIsNotCalled) {
  bool called = false;
  auto chain = and_then(half(3), [&](int n) {
    called = true;
    return half(n);
  });
  EXPECT_EQ(block_on(std::move(chain)), Result<int>(std::unexpect, "odd"));
  EXPECT_FALSE(called);
  EXPECT_EQ(block_on(and_then(half(6), half)).error(), "odd")
      << "the error of the second future is the output too";
}

TEST(AndThenTest, TypeOfTheValueMayChange_VoidToo) {
  const Result<void> none = block_on(and_then(half(4), [](int) { return ready(Result<void>()); }));
  EXPECT_TRUE(none.has_value());
  EXPECT_EQ(*block_on(and_then(ready(Result<void>()), [] { return ready(Result<double>(1.5)); })), 1.5);
  auto moved = block_on(
      and_then(ready(Result<std::unique_ptr<int>>(std::make_unique<int>(2))),
               [](std::unique_ptr<int> p) { return ready(Result<std::unique_ptr<int>>(std::move(p))); }));
  EXPECT_EQ(**moved, 2);
}

TEST(AndThenTest, ImmovableSecondFuture_IsBuiltInPlace) {
  struct Fixed {
    using Output = Result<int>;
    explicit Fixed(int given) : value(given) {}
    Fixed(Fixed&&) = delete;
    Poll<Result<int>> poll(Context&) { return Ready(Result<int>(value)); }
    int value;
  };
  EXPECT_EQ(block_on(and_then(half(8), [](int n) { return Fixed(n); })), 4);
}

// Predict: the function is a lambda coroutine with a capture. Where is the capture while the coroutine waits?
TEST(AndThenTest, LambdaCoroutine_FindsItsCapturesUntilItFinishes) {
  Gate<int> gate;
  CountingTask task;
  const auto shared = std::make_shared<int>(5);
  {
    auto chain = and_then(half(2), [shared, &gate](int n) -> Async<Result<int>> {
      const int more = co_await gate.future();
      co_return n + more + *shared;
    });
    EXPECT_TRUE(task.poll(chain).is_pending());
    gate.open(10);
    EXPECT_EQ(task.poll(chain).value(), 16);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(AndThenTest, ExceptionOfEitherFutureOrTheFunction_ComesOutOfPoll) {
  CountingTask task;
  Gate<Result<int>> first, second;
  first.fail("burnt");
  second.fail("burnt");
  auto of_first = and_then(first.future(), half);
  EXPECT_THROW((void)task.poll(of_first), std::runtime_error);
  auto of_second = and_then(half(2), [&](int) { return second.future(); });
  EXPECT_THROW((void)task.poll(of_second), std::runtime_error);
  auto of_function = and_then(half(2), [](int) -> Async<Result<int>> {
    throw std::logic_error("no");
    co_return 1;
  });
  EXPECT_THROW((void)task.poll(of_function), std::logic_error);
  auto before_a_future =
      and_then(half(2), [](int) -> ReadyFuture<Result<int>> { throw std::logic_error("no"); });
  EXPECT_THROW((void)task.poll(before_a_future), std::logic_error);
}

TEST(AndThenTest, DroppedAtEachState_DropsWhatIsThereOnce) {
  for (int state = 0; state <= 3; ++state) {
    Gate<Result<int>> first, second;
    CountingTask task;
    {
      auto chain = and_then(first.future(), [&](int) { return second.future(); });
      if (state >= 1) {
        EXPECT_TRUE(task.poll(chain).is_pending());
      }
      if (state >= 2) {
        first.open(1);
        EXPECT_TRUE(task.poll(chain).is_pending());
        EXPECT_EQ(first.dropped(), 1u);
      }
      if (state >= 3) second.open(1);
    }
    EXPECT_EQ(first.dropped(), 1u);
    EXPECT_EQ(second.dropped(), state >= 2 ? 1u : 0u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(AndThenDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto value = and_then(half(4), half);
  EXPECT_TRUE(task.poll(value).is_ready());
  EXPECT_DEATH((void)task.poll(value), "a future was polled after it finished");
  auto error = and_then(half(3), half);
  EXPECT_TRUE(task.poll(error).is_ready());
  EXPECT_DEATH((void)task.poll(error), "a future was polled after it finished");
}

}  // namespace
