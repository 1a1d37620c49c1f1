// s8_generator_drop_test.cpp -- a generator that is dropped half-way destroys all it has, once.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/future/tests/small_stack.hpp"
#include "common/future/tests/traced.hpp"

#include "ch05_coroutines/s8_generator.hpp"

namespace ch05 {
namespace {

using Log = std::vector<std::string>;

Generator<int> inner(Log& log) {
  const Traced local(log, "inner");
  co_yield 1;
  co_yield 2;
}
Generator<int> outer(Log& log) {
  const Traced first(log, "first of outer"), last(log, "last of outer");
  co_yield 0;
  co_yield elements_of(inner(log));
  co_yield 3;
}

// Read this one first.
// Question: the loop is left at a value of the inner generator. What is destroyed, and in which order?
// Predict the log. Break in `GeneratorPromise::destroy_stack`.
TEST(GeneratorDropTest, LeftInTheInnerOne_GoesFromTheInside) {
  Log log;
  for (const int number : outer(log)) {
    if (number == 1) break;
  }
  EXPECT_EQ(log, (Log{"inner", "last of outer", "first of outer"}));
}

TEST(GeneratorDropTest, AfterSoManySteps_EachLocalGoesOnce) {
  for (int steps = 0; steps <= 5; ++steps) {
    Log log;
    {
      auto generator = outer(log);
      for (int i = 0; i < steps; ++i) (void)generator.resume();
    }
    switch (steps) {
      case 0: EXPECT_EQ(log, Log{}) << "it had not begun"; break;
      case 1: EXPECT_EQ(log, (Log{"last of outer", "first of outer"})); break;
      default: EXPECT_EQ(log, (Log{"inner", "last of outer", "first of outer"})) << steps << " steps";
    }
  }
}

TEST(GeneratorDropTest, InnerOne_GoesWhenItHasYieldedAll) {
  Log log;
  auto generator = outer(log);
  for (int i = 0; i < 4; ++i) (void)generator.resume();
  EXPECT_EQ(log, Log{"inner"}) << "3 has been yielded by the outer one";
}

TEST(GeneratorDropTest, AssignedOver_DropsWhatItHad) {
  Log log, other;
  auto generator = outer(log);
  (void)generator.resume();
  generator = outer(other);
  EXPECT_EQ(log, (Log{"last of outer", "first of outer"}));
  generator = std::exchange(generator, outer(other));
  EXPECT_EQ(other, Log{}) << "neither of those had begun";
}

// What was yielded last is in the frame: a value that owns something goes with it.
TEST(GeneratorDropTest, ValueThatNobodyTook_GoesToo) {
  const auto yields = [](const std::string* kept) -> Generator<std::string> {
    co_yield *kept;
    co_yield *kept + *kept;
  };
  const std::string kept(100, 'x');
  for (int steps = 1; steps <= 2; ++steps) {
    auto generator = yields(&kept);
    for (int i = 0; i < steps; ++i) (void)generator.begin();
  }
}

Generator<int> tower(int depth) {
  if (depth > 0) {
    co_yield elements_of(tower(depth - 1));
  } else {
    co_yield 0;
  }
}

// Question: a hundred thousand frames, each owned by the one below, on a stack of 256 KiB. How can that go
// well?
// Predict: how deep is the stack when the innermost one is destroyed? Break in `destroy_stack`.
TEST(GeneratorDropTest, HundredThousandFrames_AreDestroyedInALoop) {
  on_small_stack([] {
    std::optional<Generator<int>> generator(tower(100'000));
    EXPECT_EQ(generator->resume().yielded(), 0);
    generator.reset();
    std::optional<Generator<int>> ended(tower(100'000));
    EXPECT_EQ(ended->resume().yielded(), 0);
    EXPECT_TRUE(ended->resume().is_complete());
  });
}

}  // namespace
}  // namespace ch05
