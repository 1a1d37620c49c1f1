// async_exception_test.cpp -- an exception arrives at the co_await whose future threw it, at whichever poll.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/tests/traced.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;

Async<std::string> caught_from(Gate<int>& gate) {
  try {
    co_await gate.future();
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "nothing";
}

TEST(AsyncExceptionTest, LeafThatThrowsAtItsFirstPoll_IsCaughtAroundTheAwait) {
  Gate<int> gate;
  CountingTask task;
  gate.fail("burnt at once");
  auto coroutine = caught_from(gate);
  EXPECT_EQ(task.poll(coroutine).value(), "burnt at once");
  EXPECT_EQ(gate.dropped(), 1u);
}

TEST(AsyncExceptionTest, LeafThatThrowsAtALaterPoll_IsCaughtAroundTheAwait) {
  Gate<int> gate;
  CountingTask task;
  auto coroutine = caught_from(gate);
  EXPECT_TRUE(task.poll(coroutine).is_pending());
  gate.fail("burnt later");
  EXPECT_EQ(task.poll(coroutine).value(), "burnt later");
}

Async<void> fail_after(int yields) {
  for (int i = 0; i < yields; ++i) co_await yield_now();
  throw std::runtime_error("after " + std::to_string(yields));
}
Async<std::string> caught_from_child(int yields) {
  std::string caught;
  try {
    co_await fail_after(yields);
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
  co_await yield_now();  // it goes on: the exception ended the child alone
  co_return "caught " + caught;
}

TEST(AsyncExceptionTest, ChildThatThrows_IsCaughtAroundTheAwaitAndTheParentGoesOn) {
  EXPECT_EQ(block_on(caught_from_child(0)), "caught after 0");
  EXPECT_EQ(block_on(caught_from_child(2)), "caught after 2");
}

TEST(AsyncExceptionTest, NobodyCatches_ItComesOutOfThePoll) {
  EXPECT_THROW(block_on(fail_after(0)), std::runtime_error);
  EXPECT_THROW(block_on(fail_after(1)), std::runtime_error);
}

Async<int> awaits_one_by_one(Gate<int>& first, Gate<int>& second, int& failures) {
  int sum = 0;
  for (Gate<int>* gate : {&first, &second}) {
    try {
      sum += co_await gate->future();
    } catch (const std::runtime_error&) {
      ++failures;
    }
  }
  co_return sum;
}

TEST(AsyncExceptionTest, NextAwaitAfterAFailedOne_IsNotTouchedByIt) {
  Gate<int> first, second;
  CountingTask task;
  int failures = 0;
  auto coroutine = awaits_one_by_one(first, second, failures);
  first.fail("burnt");
  EXPECT_TRUE(task.poll(coroutine).is_pending());
  second.open(2);
  EXPECT_EQ(task.poll(coroutine).value(), 2);
  EXPECT_EQ(failures, 1);
}

Async<void> with_a_local(DropLog& log, Gate<int>& gate, std::string name) {
  const Traced local(log, name);
  co_await gate.future();
}
Async<void> with_a_local_and_a_child(DropLog& log, Gate<int>& gate) {
  const Traced local(log, "outer");
  co_await with_a_local(log, gate, "inner");
}

TEST(AsyncExceptionTest, Exception_UnwindsTheLocalsInnermostFirstAndOnce) {
  DropLog log;
  CountingTask task;
  Gate<int> gate("leaf", log);
  {
    auto coroutine = with_a_local_and_a_child(log, gate);
    EXPECT_TRUE(task.poll(coroutine).is_pending());
    gate.fail("burnt");
    EXPECT_THROW((void)task.poll(coroutine), std::runtime_error);
    EXPECT_THAT(log, ElementsAre("leaf", "inner", "outer"));
  }
  EXPECT_EQ(log.size(), 3u) << "nothing is left to destroy";
}

// Predict: a local's destructor throws while the coroutine returns normally. What is the outcome?
TEST(AsyncExceptionTest, DestructorThatThrows_IsTheOutcome) {
  struct Throws {
    ~Throws() noexcept(false) { throw std::runtime_error("from a destructor"); }
  };
  const auto coroutine = []() -> Async<int> {
    const Throws local;
    co_await yield_now();
    co_return 1;
  };
  EXPECT_THROW(block_on(coroutine()), std::runtime_error);
}

TEST(AsyncExceptionTest, OutputWhoseMoveThrows_ThrowsAtTheAwait) {
  struct Fragile {
    explicit Fragile(int* left) : moves_left(left) {}
    Fragile(Fragile&& other) : moves_left(other.moves_left) {
      if (--*moves_left == 0) throw std::runtime_error("moved once too often");
    }
    int* moves_left;
  };
  const auto make = [](int* left) -> Async<Fragile> { co_return Fragile(left); };
  const auto parent = [&make](int* left) -> Async<bool> {
    try {
      [[maybe_unused]] const Fragile kept = co_await make(left);
      co_return false;
    } catch (const std::runtime_error&) {
      co_return true;
    }
  };
  int at_the_first_move = 1;
  EXPECT_TRUE(block_on(parent(&at_the_first_move)));
  int at_the_second_move = 2;
  EXPECT_TRUE(block_on(parent(&at_the_second_move)));
}

}  // namespace
