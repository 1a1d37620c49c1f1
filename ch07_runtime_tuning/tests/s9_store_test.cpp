// s9_store_test.cpp -- the store answers each question, ends with the last sender, and survives who gives up.
#include "ch07_runtime_tuning/s9_store.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

Async<Value> last_of_many() {
  auto [tx, rx] = mpsc::channel<Command>(2);
  auto store = spawn(run_store, std::move(rx));
  for (int i = 0; i < 100; ++i) co_await set(tx, "key", std::to_string(i));
  auto value = co_await get(tx, "key");
  {
    const auto last = std::move(tx);
  }
  (void)co_await store;
  co_return value;
}

TEST(StoreTest, LastSetWins_OnEitherRuntime) {
  const Deadline deadline("the store never answered");
  EXPECT_EQ(run_async_main(last_of_many(), RuntimeFlavor::current_thread), "99");
  EXPECT_EQ(run_async_main(last_of_many(), RuntimeFlavor::multi_thread), "99");
}

// Question: whoever asked is aborted before the store has answered. Does the store notice? Does it go on?
// Predict: what does send() of the oneshot give? Break in `answer`.
TEST(StoreTest, WhoeverAskedIsGone_AndTheStoreGoesOn) {
  ManualExecutor executor;
  auto channel = mpsc::channel<Command>(4);
  auto asked = executor.spawn(get(channel.sender, "key"));
  executor.step();
  asked.abort();
  executor.step();
  auto store = executor.spawn(run_store(std::move(channel.receiver)));
  executor.step();
  EXPECT_FALSE(store.is_finished());
  auto again = executor.spawn(get(channel.sender, "key"));
  while (executor.step()) {
  }
  EXPECT_TRUE(again.is_finished());
  {
    const auto last = std::move(channel.sender);
  }
  while (executor.step()) {
  }
  EXPECT_TRUE(store.is_finished());
}

TEST(StoreTest, NoStore_NoValue) {
  ManualExecutor executor;
  auto channel = mpsc::channel<Command>(4);
  {
    const auto gone = std::move(channel.receiver);
  }
  auto asked = executor.spawn(get(channel.sender, "key"));
  executor.step();
  Context cx(Waker::noop());
  EXPECT_EQ(asked.poll(cx).value().value(), std::nullopt);
}

}  // namespace
}  // namespace ch07
