// kept_call_test.cpp -- spawn(callable, arguments...): nothing that the coroutine refers to dangles.
#include "common/future/kept_call.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/traced.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

const std::string kLong = "longer than the room that a std::string has inside itself";

template <class T>
T take(ManualExecutor& executor, JoinHandle<T> handle) {
  executor.run_until_stalled();
  Context cx(Waker::noop());
  return std::move(handle.poll(cx).value()).value();
}

// Question: a lambda coroutine finds its captures through the lambda. spawn has returned, the lambda of this
// line is gone. Why does this work? Predict what AddressSanitizer says of the same without spawn. Break in
// `KeptCall`.
TEST(KeptCallTest, TheCapturesOfALambdaCoroutine_LiveAsLongAsTheTask) {
  ManualExecutor executor;
  auto handle = executor.spawn([text = kLong]() -> Async<std::string> {
    co_await yield_now();
    co_return text;
  });
  EXPECT_EQ(take(executor, std::move(handle)), kLong);
}

Async<std::string> repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    co_await yield_now();
    all += text;
  }
  co_return all;
}

TEST(KeptCallTest, ArgumentsTakenByConstReference_LiveAsLongAsTheTask) {
  ManualExecutor executor;
  auto handle = executor.spawn(repeat, std::string(kLong), 2);
  EXPECT_EQ(take(executor, std::move(handle)), kLong + kLong);
}

TEST(KeptCallTest, ArgumentsGivenAsLvalues_AreCopied) {
  ManualExecutor executor;
  std::string text = kLong;
  const int times = 1;
  auto handle = executor.spawn(repeat, text, times);
  text = "changed after the spawn";
  EXPECT_EQ(take(executor, std::move(handle)), kLong);
}

TEST(KeptCallTest, MoveOnlyArguments_AreMovedIntoTheCall) {
  ManualExecutor executor;
  auto handle = executor.spawn(
      [](std::unique_ptr<int> slices) -> Async<int> {
        co_await yield_now();
        co_return *slices;
      },
      std::make_unique<int>(4));
  EXPECT_EQ(take(executor, std::move(handle)), 4);
}

TEST(KeptCallTest, AReferenceThatIsMeant_IsGivenWithRef) {
  ManualExecutor executor;
  int slices = 0;
  executor
      .spawn(
          [](int& into) -> Async<> {
            co_await yield_now();
            into = 7;
          },
          std::ref(slices))
      .detach();
  executor.run_until_stalled();
  EXPECT_EQ(slices, 7);
}

class Kitchen {
 public:
  explicit Kitchen(int slices) : slices_(slices) {}
  Async<int> toast(int more) {
    co_await yield_now();
    co_return slices_ + more;
  }

 private:
  int slices_;
};

TEST(KeptCallTest, AMemberFunctionWithItsObject_IsACallableToo) {
  ManualExecutor executor;
  auto handle = executor.spawn(&Kitchen::toast, Kitchen(2), 3);
  EXPECT_EQ(take(executor, std::move(handle)), 5);
}

TEST(KeptCallTest, ACallableGivenAsLvalue_IsCopied_AndMayBeSpawnedAgain) {
  ManualExecutor executor;
  auto callable = [text = kLong]() -> Async<std::string> { co_return text; };
  auto first = executor.spawn(callable);
  auto second = executor.spawn(callable);
  EXPECT_EQ(take(executor, std::move(first)), kLong);
  EXPECT_EQ(take(executor, std::move(second)), kLong);
}

TEST(KeptCallTest, ACallableNeedNotBeACoroutine) {
  ManualExecutor executor;
  EXPECT_EQ(take(executor, executor.spawn([] { return ready(6); })), 6);
}

// Predict: spawn throws, or the task? (A coroutine's body runs in the first poll; what builds it runs in
// spawn.)
TEST(KeptCallTest, ACallableThatThrowsWhenCalled_MakesSpawnThrow) {
  ManualExecutor executor;
  Counts counts;
  const auto spawn = [&] {
    executor
        .spawn([captured =
                    Counted(counts)](Counted) -> ReadyFuture<int> { throw std::runtime_error("no bread"); },
               Counted(counts))
        .detach();
  };
  EXPECT_THROW(spawn(), std::runtime_error);
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(counts.made, 2u);
  EXPECT_EQ(counts.live(), 0u);
}

class LoggingFuture {
 public:
  using Output = void;
  explicit LoggingFuture(std::vector<std::string>& log) : trace_(log, "future") {}
  Poll<void> poll(Context&) { return Ready(); }

 private:
  Traced trace_;
};

// The future may refer to the arguments and the callable until its destructor has ended.
TEST(KeptCallTest, TheFutureIsDestroyedFirst_ThenTheArguments_ThenTheCallable) {
  for (const bool polled : {true, false}) {
    std::vector<std::string> log;
    {
      ManualExecutor executor;
      auto handle = executor.spawn([&log, callable = std::make_unique<Traced>(log, "callable")](
                                       const std::unique_ptr<Traced>&) { return LoggingFuture(log); },
                                   std::make_unique<Traced>(log, "argument"));
      if (polled) executor.run_until_stalled();
    }
    EXPECT_EQ(log, (std::vector<std::string>{"future", "argument", "callable"}));
  }
}

}  // namespace
