// s8_generator_test.cpp -- what a range-for sees: values, copies and owners, recursion, exceptions.
#include "ch05_coroutines/s8_generator.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/thread.hpp"
#include "common/future/tests/small_stack.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch05_coroutines/executor.hpp"
#include "ch05_coroutines/s5_coroutine_future.hpp"

namespace ch05 {
namespace {

using Numbers = std::vector<int>;

static_assert(std::ranges::input_range<Generator<int>>);
static_assert(Coroutine<Generator<std::unique_ptr<int>>>);

Generator<int> count_to(int last) {
  for (int i = 1; i <= last; ++i) co_yield i;
}

Numbers all_of(Generator<int> generator) {
  Numbers numbers;
  for (const int number : generator) numbers.push_back(number);
  return numbers;
}

Generator<int> logs_its_steps(std::vector<std::string>& log) {
  log.emplace_back("begins");
  co_yield 1;
  log.emplace_back("goes on");
  co_yield 2;
  log.emplace_back("ends");
}

// Read this one first.
// Question: which line of the generator runs when it is made, at begin(), at the first ++ and at the second?
// Predict the log after each. Break in `GeneratorPromise::step`.
TEST(GeneratorTest, RunsFromOneYieldToTheNext_WhenItIsAsked) {
  std::vector<std::string> log;
  auto generator = logs_its_steps(log);
  EXPECT_TRUE(log.empty()) << "it is lazy";
  auto at = generator.begin();
  EXPECT_EQ(log.size(), 1u);
  EXPECT_EQ(*at, 1);
  ++at;
  EXPECT_EQ(log.back(), "goes on");
  EXPECT_EQ(*at, 2);
  EXPECT_FALSE(at == generator.end());
  ++at;
  EXPECT_EQ(log.back(), "ends");
  EXPECT_TRUE(at == generator.end());
}

TEST(GeneratorTest, RangeFor_SeesAllAndAnEmptyOneNothing) {
  EXPECT_EQ(all_of(count_to(3)), (Numbers{1, 2, 3}));
  EXPECT_EQ(all_of(count_to(0)), Numbers());
}

TEST(GeneratorTest, Resume_YieldsEachAndCompletesOnce) {
  auto generator = count_to(2);
  EXPECT_EQ(generator.resume().yielded(), 1);
  EXPECT_EQ(generator.resume().yielded(), 2);
  EXPECT_TRUE(generator.resume().is_complete());
}

TEST(GeneratorTest, LeftEarly_GoesOnWithTheNextValueAndEndsOnce) {
  auto generator = count_to(5);
  for (const int number : generator) {
    if (number == 2) break;
  }
  EXPECT_EQ(generator.resume().yielded(), 3);
  Numbers rest;
  for (const int number : generator) rest.push_back(number);
  EXPECT_EQ(rest, (Numbers{4, 5}));
  for (const int number : generator) ADD_FAILURE() << "it has ended, and yields " << number;
}

Generator<std::unique_ptr<int>> owners() {
  co_yield std::make_unique<int>(1);
  auto kept = std::make_unique<int>(2);
  co_yield std::move(kept);
  if (kept) co_yield std::move(kept);  // nobody has moved out of what was handed out
}

TEST(GeneratorTest, ValuesThatCanOnlyBeMoved_AreTakenOrLeft) {
  std::vector<std::unique_ptr<int>> taken;
  for (std::unique_ptr<int>& owner : owners()) taken.push_back(std::move(owner));
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(*taken[1], 2);

  int looks = 0;
  for (const std::unique_ptr<int>& owner : owners()) looks += *owner;
  EXPECT_EQ(looks, 1 + 2 + 2);

  auto by_hand = owners();
  EXPECT_EQ(*by_hand.resume().yielded(), 1);
  EXPECT_EQ(*by_hand.resume().yielded(), 2);
  EXPECT_TRUE(by_hand.resume().is_complete());
}

Generator<std::string> says(const std::string& text) {
  std::string own = text + text;
  co_yield own;
  co_yield own;
  co_yield text;
  co_yield "and this is long enough to be on the heap";
  co_yield std::string(50, 'x');
}

// Question: the consumer changes, or moves away, what it is given. Does the generator's variable change?
// Predict. Break in `CopyAwaiter`.
TEST(GeneratorTest, Variable_IsHandedOutAsACopy) {
  const std::string text = "as long as it takes to need the heap ";
  std::vector<std::string> taken;
  for (std::string& said : says(text)) taken.push_back(std::move(said));
  EXPECT_EQ(taken,
            (std::vector<std::string>{text + text, text + text, text,
                                      "and this is long enough to be on the heap", std::string(50, 'x')}));
}

TEST(GeneratorTest, Views_TakeFromIt) {
  Numbers squares;
  const auto square = [](int number) { return number * number; };
  for (const int number : count_to(100) | std::views::transform(square) | std::views::take(3)) {
    squares.push_back(number);
  }
  EXPECT_EQ(squares, (Numbers{1, 4, 9}));
}

TEST(GeneratorTest, MovedBetweenTwoSteps_AlsoToAnotherThread_GoesOn) {
  auto generator = count_to(3);
  auto at = generator.begin();
  auto moved = std::move(generator);
  ++at;  // its frame has stayed
  EXPECT_EQ(*at, 2);
  Numbers rest;
  base::Thread([&rest, inside = std::move(moved)]() mutable {
    for (const int number : inside) rest.push_back(number);
  }).join();
  EXPECT_EQ(rest, Numbers{3});

  auto assigned = count_to(1);
  assigned = count_to(2);
  EXPECT_EQ(all_of(std::move(assigned)), (Numbers{1, 2}));
}

// A Generator is a Coroutine: whatever runs one of those runs it.
TEST(GeneratorTest, OnAnExecutor_IsOneCoroutineOfMany) {
  std::vector<std::string> log;
  Executor executor;
  executor.add(logs_its_steps(log));
  executor.add(logs_its_steps(log));
  executor.run();
  EXPECT_EQ(log, (std::vector<std::string>{"begins", "begins", "goes on", "goes on", "ends", "ends"}));
}

Generator<int> nested(int depth) {
  if (depth > 0) co_yield elements_of(nested(depth - 1));
  co_yield depth;
}

Generator<int> mixed() {
  co_yield elements_of(count_to(0));
  co_yield elements_of(count_to(2));
  auto named = count_to(1);
  co_yield elements_of(std::move(named));
  co_yield 7;
  co_yield elements_of(nested(3));
}

TEST(GeneratorTest, ElementsOf_YieldsAllOfTheOtherOne) {
  EXPECT_EQ(all_of(mixed()), (Numbers{1, 2, 1, 7, 0, 1, 2, 3}));
}

// The innermost of so many yields so many values.
Generator<int> tower(int depth, int values) {
  if (depth > 0) {
    co_yield elements_of(tower(depth - 1, values));
  } else {
    for (int i = 0; i < values; ++i) co_yield i;
  }
}

// Question: a hundred thousand generators wait for the innermost. How many coroutines does the step to its
// next value resume, and how many are on the thread's stack?
// Predict. Break in `GeneratorPromise::step`, at the 200,000th step.
TEST(GeneratorTest, AtAnyDepth_AStepResumesTheInnermostAlone) {
  // To walk down from the outermost one at each step would be ten thousand million steps of their own.
  const Deadline deadline("each step walks through all levels", std::chrono::seconds(45));
  on_small_stack([] {
    int values = 0;
    for (const int value : tower(100'000, 100'000)) values += value >= 0 ? 1 : 0;
    EXPECT_EQ(values, 100'000);
  });
}

Generator<int> fails_after(int values) {
  for (int i = 1; i <= values; ++i) co_yield i;
  throw std::runtime_error("there is no more");
}

TEST(GeneratorTest, Exception_ComesOutOfTheStepThatReachedIt) {
  Numbers numbers;
  auto generator = fails_after(2);
  const auto consume = [&] {
    for (const int number : generator) numbers.push_back(number);
  };
  EXPECT_THROW(consume(), std::runtime_error);
  EXPECT_EQ(numbers, (Numbers{1, 2}));
  EXPECT_NO_THROW(consume()) << "it has ended";
  EXPECT_THROW((void)fails_after(0).resume(), std::runtime_error);
  auto at_begin = fails_after(0);
  EXPECT_THROW((void)at_begin.begin(), std::runtime_error);
}

Generator<int> catches(bool& caught) {
  try {
    co_yield elements_of(fails_after(1));
  } catch (const std::runtime_error&) {
    caught = true;
  }
  co_yield 10;
  co_yield elements_of(fails_after(1));
}

// Question: the inner one throws. Who may catch it, and may that one go on?
// Predict the numbers. Break in `ElementsAwaiter::await_resume`.
TEST(GeneratorTest, ExceptionOfAnInnerOne_IsThrownAtTheParentsCoYield) {
  bool caught = false;
  auto generator = catches(caught);
  Numbers numbers;
  const auto consume = [&] {
    for (const int number : generator) numbers.push_back(number);
  };
  EXPECT_THROW(consume(), std::runtime_error) << "the second one is caught by nobody";
  EXPECT_TRUE(caught);
  EXPECT_EQ(numbers, (Numbers{1, 10, 1}));
}

Generator<int> misuses(Generator<int> begun) { co_yield elements_of(std::move(begun)); }

TEST(GeneratorDeathTest, Misuse_StopsTheProgram) {
  auto ended = count_to(0);
  (void)ended.resume();
  EXPECT_DEATH((void)ended.resume(), "after it was complete");
  auto begun = count_to(3);
  (void)begun.resume();
  EXPECT_DEATH((void)misuses(std::move(begun)).resume(), "nobody has begun");
  auto moved_away = count_to(3);
  const auto moved = std::move(moved_away);
  EXPECT_DEATH((void)moved_away.resume(), "after it was moved away");
}

}  // namespace
}  // namespace ch05
