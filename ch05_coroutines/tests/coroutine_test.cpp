// coroutine_test.cpp -- CoroutineState says which of the two it is, and gives it; who is a Coroutine.
#include "ch05_coroutines/coroutine.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace ch05 {
namespace {

struct CountDown {
  using Yield = int;
  using Return = std::string;
  CoroutineState<int, std::string> resume() {
    if (left == 0) return Complete(std::string("lift-off"));
    return Yielded(left--);
  }
  int left = 3;
};

struct NoWords {
  using Yield = int;
  using Return = void;
  static bool resume() { return true; }
};

static_assert(Coroutine<CountDown>);
static_assert(!Coroutine<CountDown, int>, "its resume takes nothing");
static_assert(!Coroutine<NoWords>, "its resume answers something else");

// Read this one first.
// Question: who keeps how far the countdown is between two resumes?
// Predict the four answers. Break in `CountDown::resume`.
TEST(CoroutineTest, StateStaysBetweenTwoResumes) {
  CountDown coroutine;
  EXPECT_EQ(coroutine.resume().yielded(), 3);
  EXPECT_EQ(coroutine.resume().yielded(), 2);
  EXPECT_EQ(coroutine.resume().yielded(), 1);
  auto last = coroutine.resume();
  EXPECT_TRUE(last.is_complete());
  EXPECT_EQ(std::move(last).result(), "lift-off");
}

TEST(CoroutineStateTest, MoveOnlyAndVoid_ComeOutAsTheyWentIn) {
  using Owner = std::unique_ptr<int>;
  CoroutineState<Owner, void> yielded = Yielded(std::make_unique<int>(7));
  EXPECT_TRUE(yielded.is_yielded());
  EXPECT_EQ(*std::move(yielded).yielded(), 7);
  CoroutineState<void, Owner> complete = Complete(std::make_unique<int>(8));
  EXPECT_TRUE(complete.is_complete());
  EXPECT_EQ(*std::move(complete).result(), 8);
  CoroutineState<void, void> nothing = Yielded();
  EXPECT_TRUE(nothing.is_yielded());
  std::move(nothing).yielded();
}

TEST(CoroutineStateDeathTest, TheOtherOne_StopsTheProgram) {
  CoroutineState<int, int> yielded = Yielded(1), complete = Complete(2);
  EXPECT_DEATH((void)std::move(yielded).result(), "has no result yet");
  EXPECT_DEATH((void)std::move(complete).yielded(), "has yielded nothing");
}

}  // namespace
}  // namespace ch05
