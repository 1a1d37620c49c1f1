// poll_test.cpp -- Poll<T>: pending or ready, for values that can only be moved, and for none.
#include "common/future/poll.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace {

using async::Pending;
using async::Poll;
using async::Ready;

static_assert(std::is_convertible_v<Pending, Poll<int>>);
static_assert(std::is_convertible_v<Ready<const char*>, Poll<std::string>>);
static_assert(!std::is_convertible_v<Ready<std::string>, Poll<int>>);
static_assert(!std::is_convertible_v<Ready<int>, Poll<void>>, "a value where none is expected is a mistake");
static_assert(!std::is_convertible_v<Ready<void>, Poll<int>>);
static_assert(!std::is_convertible_v<int, Poll<int>>, "a poll says Ready");

TEST(PollTest, PendingPoll_IsNotReady) {
  const Poll<int> poll = Pending();
  EXPECT_TRUE(poll.is_pending());
  EXPECT_FALSE(poll.is_ready());
}

TEST(PollTest, ReadyPoll_GivesItsValue) {
  Poll<std::string> poll = Ready("toast");
  EXPECT_TRUE(poll.is_ready());
  EXPECT_EQ(poll.value(), "toast");
  poll.value() += "!";
  EXPECT_EQ(std::move(poll).value(), "toast!");
}

TEST(PollTest, MoveOnlyValue_IsMovedThrough) {
  Poll<std::unique_ptr<int>> poll = Ready(std::make_unique<int>(3));
  const std::unique_ptr<int> value = std::move(poll).value();
  EXPECT_EQ(*value, 3);
}

TEST(PollTest, ValueWithoutDefaultConstructor_Works) {
  struct Sized {
    explicit Sized(int given) : size(given) {}
    int size;
  };
  const Poll<Sized> waiting = Pending();
  EXPECT_TRUE(waiting.is_pending());
  Poll<Sized> poll = Ready(Sized(4));
  EXPECT_EQ(poll.value().size, 4);
}

TEST(PollTest, PollOfVoid_IsReadyWithoutAValue) {
  const Poll<void> waiting = Pending();
  EXPECT_TRUE(waiting.is_pending());
  const Poll<void> done = Ready();
  EXPECT_TRUE(done.is_ready());
  done.value();
}

TEST(PollDeathTest, ValueOfAPendingPoll_StopsTheProgram) {
  Poll<int> poll = Pending();
  EXPECT_DEATH((void)poll.value(), "a pending Poll has no value");
  EXPECT_DEATH((void)std::move(poll).value(), "a pending Poll has no value");
  EXPECT_DEATH(Poll<void>(Pending()).value(), "a pending Poll has no value");
}

}  // namespace
