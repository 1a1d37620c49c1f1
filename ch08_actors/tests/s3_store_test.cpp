// s3_store_test.cpp -- the store in memory: by a passed sender, by the global one, and without a router.
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/s3_global.hpp"
#include "ch08_actors/s3_router.hpp"
#include "ch08_actors/tests/print_reason.hpp"

namespace ch08 {
namespace {

Async<> sets_gets_and_deletes() {
  auto channel = mpsc::channel<RoutingMessage>(kMailbox);
  auto routed = spawn(router, std::move(channel.receiver));
  {
    const Store store(std::move(channel.sender));
    const auto missing = co_await store.get("hello");
    EXPECT_EQ(missing.value(), std::nullopt);
    const auto set_first = co_await store.set("hello", bytes_of("moon"));
    const auto set_again = co_await store.set("hello", bytes_of("world"));
    EXPECT_TRUE(set_first && set_again);
    const auto there = co_await store.get("hello");
    EXPECT_EQ(there.value(), bytes_of("world"));
    const auto gone = co_await store.remove("hello");
    const auto gone_again = co_await store.remove("hello");
    EXPECT_TRUE(gone && gone_again);
    const auto deleted = co_await store.get("hello");
    EXPECT_EQ(deleted.value(), std::nullopt);
  }
  const auto ended = co_await routed;
  EXPECT_TRUE(ended);
}

TEST(StoreTest, SetsGetsAndDeletes_OnEitherRuntime) {
  const Deadline deadline("the store never answered");
  run_async_main(sets_gets_and_deletes(), RuntimeFlavor::current_thread);
  run_async_main(sets_gets_and_deletes(), RuntimeFlavor::multi_thread);
}

// Question: the sender is set, and the router was not polled yet. Is what is asked now lost?
// Predict: where does the question wait? Break in `router`.
TEST(GlobalRouterTest, AskedBeforeTheRouterRuns_IsAnswered) {
  ManualExecutor executor;
  auto channel = mpsc::channel<RoutingMessage>(kMailbox);
  auto receiver = std::move(channel.receiver);
  const GlobalRouter global(std::move(channel.sender));
  auto asked = executor.spawn(set("hello", bytes_of("world")));
  executor.step();
  EXPECT_FALSE(asked.is_finished());
  EXPECT_EQ(receiver.len(), 1u);
  auto message = receiver.try_recv();
  ASSERT_TRUE(message);
  Map map;
  answer_from(map, std::get<KeyValueMessage>(*std::move(message)));
  executor.step();
  EXPECT_TRUE(asked.is_finished());
  EXPECT_EQ(map, (Map{{"hello", bytes_of("world")}}));
}

TEST(GlobalRouterTest, NoRouter_IsAnErrorThatSaysWhatToDo) {
  const auto value = block_on(get("hello"));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().reason(), StoreError::closed);
  EXPECT_NE(value.error().message().find("make a GlobalRouter"), std::string::npos);
}

TEST(GlobalRouterTest, ASecondOne_IsRefusedAndTheFirstOneStays) {
  auto first = mpsc::channel<RoutingMessage>(1);
  auto second = mpsc::channel<RoutingMessage>(1);
  const GlobalRouter global(first.sender);
  EXPECT_THROW(const GlobalRouter other(second.sender), std::logic_error);
  ManualExecutor executor;
  auto asked = executor.spawn(remove("key"));
  executor.step();
  EXPECT_EQ(first.receiver.len(), 1u);
  EXPECT_EQ(second.receiver.len(), 0u);
}

// Question: who holds the last sender if it is global? When does the router end?
// Predict: how many senders are there in the scope, and after it? Break in `GlobalRouter::~GlobalRouter`.
TEST(GlobalRouterTest, ItsScopeEnds_AndWithItTheLastSender) {
  auto channel = mpsc::channel<RoutingMessage>(1);
  {
    const GlobalRouter global(std::move(channel.sender));
    EXPECT_EQ(channel.receiver.sender_count(), 1u);
  }
  EXPECT_TRUE(channel.receiver.is_closed());
}

TEST(StoreTest, RouterIsGone_IsAnError) {
  auto channel = mpsc::channel<RoutingMessage>(1);
  const Store store(channel.sender);
  {
    const auto gone = std::move(channel.receiver);
  }
  const auto stored = block_on(store.set("hello", bytes_of("world")));
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().message(), "the store has ended");
}

TEST(StoreTest, RouterGoesBeforeItAnswers_IsAnError) {
  ManualExecutor executor;
  auto channel = mpsc::channel<RoutingMessage>(1);
  const Store store(channel.sender);
  auto asked = executor.spawn(store.get("hello"));
  executor.step();
  {
    const auto gone = std::move(channel.receiver);
  }
  executor.step();
  ASSERT_TRUE(asked.is_finished());
  Context cx(Waker::noop());
  const auto value = asked.poll(cx).value().value();
  EXPECT_EQ(value.error().message(), "the store ended before it answered");
}

TEST(ShownTest, ValuesLookAsInTheBook) {
  EXPECT_EQ(shown_value(bytes_of("world")), "Some([119, 111, 114, 108, 100])");
  EXPECT_EQ(shown_value(std::nullopt), "None");
  EXPECT_EQ(shown_map({}), "{}");
  EXPECT_EQ(shown_map({{"a", {}}, {"b", {255}}}), "{\"a\": [], \"b\": [255]}");
}

}  // namespace
}  // namespace ch08
