// async_test.hpp -- ASYNC_TEST: a coroutine as a GoogleTest, on a runtime and a clock of its own.
//
//   ASYNC_TEST(Channel, ASentValue_IsReceived) {
//     auto [sender, receiver] = unbounded<int>();
//     (void)sender.send(5);
//     const auto received = co_await receiver.recv_async();
//     CO_ASSERT_TRUE(received.has_value());             // co_assert.hpp: ASSERT_TRUE does not compile here
//     EXPECT_EQ(*received, 5);
//   }
//   ASYNC_TEST(Channel, OnFourWorkers, .workers = 4) { ... }
//   ASYNC_TEST_F(Fixture, Name, .real_time = true) { ... }
//
// What the test is told: async_run.hpp. It fails if it stands still, at once on the paused clock, and then
// names the lines at which it and each of its tasks wait. An exception that leaves it fails it too, with its
// text.
//
// The fixture's constructor, SetUp and TearDown run outside: before there is a runtime and a paused clock,
// and after. g++ 12: no co_await inside EXPECT_*: those are conditions. Name what came first, then look at
// it. (tokio: #[tokio::test], and #[tokio::test(start_paused = true)]; row 11.8.)
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "common/future/async.hpp"
#include "common/testing/async_run.hpp"
#include "common/testing/co_assert.hpp"
#include "common/testing/print_instant.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// Fails the test at this line, unless it ended well.
inline void expect_finished(const AsyncOutcome& outcome, const char* file, int line) {
  if (!outcome.is_finished()) ADD_FAILURE_AT(file, line) << outcome.message();
}

}  // namespace async::inline ASYNC_FLAVOUR::detail

// What follows Name are members of AsyncOptions: `.workers = 2, .real_time = true`.
#define ASYNC_TEST(Suite, Name, ...) \
  ASYNC_TEST_CLASS_(Suite, Name, ::testing::Test, ::async::AsyncOptions{__VA_ARGS__})
#define ASYNC_TEST_F(Fixture, Name, ...) \
  ASYNC_TEST_CLASS_(Fixture, Name, Fixture, ::async::AsyncOptions{__VA_ARGS__})

// The class is called as TEST would call it: one name for one test, and a debugger finds its TestBody.
#define ASYNC_TEST_CLASS_(Suite, Name, Fixture, ...)                                                         \
  class Suite##_##Name##_Test final : public Fixture {                                                       \
    void TestBody() override {                                                                               \
      ::async::detail::expect_finished(::async::run_async([this] { return body(); }, __VA_ARGS__), __FILE__, \
                                       __LINE__);                                                            \
    }                                                                                                        \
    ::async::Async<> body();                                                                                 \
    [[maybe_unused]] static ::testing::TestInfo* const registered_;                                          \
  };                                                                                                         \
  ::testing::TestInfo* const Suite##_##Name##_Test::registered_ =                                            \
      ::testing::RegisterTest(#Suite, #Name, nullptr, nullptr, __FILE__, __LINE__,                           \
                              []() -> Fixture* { return new Suite##_##Name##_Test; });                       \
  ::async::Async<> Suite##_##Name##_Test::body()
