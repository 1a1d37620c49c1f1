// executor_test.cpp -- round robin: who has yielded goes to the end, who is complete goes away.
#include "ch05_coroutines/executor.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/future/tests/traced.hpp"
#include "common/time/paused_clock.hpp"

#include "ch05_coroutines/s5_sleep_coroutine.hpp"

namespace ch05 {
namespace {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;

// Writes its name to the log at each resume; complete at the last of so many.
class Writes {
 public:
  using Yield = void;
  using Return = void;

  Writes(Log& log, std::string name, int resumes) : log_(&log), name_(std::move(name)), left_(resumes) {}
  CoroutineState<void, void> resume() {
    log_->push_back(name_);
    if (--left_ == 0) return Complete();
    return Yielded();
  }

 private:
  Log* log_;
  std::string name_;
  int left_;
};

// Read this one first.
// Question: three coroutines that want two, one and three resumes. In which order are they resumed?
// Predict. Break in `Executor::poll`.
TEST(CoroutineExecutorTest, EachInTurn_UntilAllAreComplete) {
  Log log;
  Executor executor;
  executor.add(Writes(log, "a", 2));
  executor.add(Writes(log, "b", 1));
  executor.add(Writes(log, "c", 3));
  executor.poll();
  EXPECT_EQ(log, Log{"a"});
  EXPECT_EQ(executor.size(), 3u) << "it has yielded, and stands at the end";
  executor.poll();
  EXPECT_EQ(executor.size(), 2u) << "b is complete";
  executor.run();
  EXPECT_EQ(log, (Log{"a", "b", "c", "a", "c", "c"}));
  EXPECT_TRUE(executor.is_empty());
  executor.poll();
  EXPECT_EQ(log.size(), 6u) << "nobody is there";
}

TEST(CoroutineExecutorTest, Round_IsOfThoseThatAreThere) {
  Log log;
  Executor executor;
  struct Adds {
    using Yield = void;
    using Return = void;
    CoroutineState<void, void> resume() {
      executor->add(Writes(*log, "added", 1));
      return Complete();
    }
    Executor* executor;
    Log* log;
  };
  executor.add(Adds{&executor, &log});
  executor.add(Writes(log, "a", 2));
  executor.poll_all();
  EXPECT_EQ(log, Log{"a"});
  executor.poll_all();
  EXPECT_EQ(log, (Log{"a", "added", "a"})) << "who is added stands before who yields after it";
  EXPECT_TRUE(executor.is_empty());
}

TEST(CoroutineExecutorTest, Exception_TakesOneAwayAndLeavesTheOthers) {
  struct Throws {
    using Yield = void;
    using Return = void;
    CoroutineState<void, void> resume() const { throw std::runtime_error(name); }
    std::string name = "burnt";
  };
  Log log;
  Executor executor;
  executor.add(Throws());
  executor.add(Writes(log, "a", 1));
  EXPECT_THROW(executor.run(), std::runtime_error);
  EXPECT_EQ(executor.size(), 1u);
  executor.run();
  EXPECT_EQ(log, Log{"a"});
}

TEST(CoroutineExecutorTest, End_DropsWhatIsNotComplete) {
  Log log;
  struct Owns {
    using Yield = void;
    using Return = void;
    static CoroutineState<void, void> resume() { return Yielded(); }
    std::unique_ptr<Traced> owned;
  };
  {
    Executor executor;
    executor.add(Owns{std::make_unique<Traced>(log, "dropped")});
    executor.poll_all();
    EXPECT_TRUE(log.empty());
  }
  EXPECT_EQ(log, Log{"dropped"});
}

// Question: three sleeps of a second, one thread, and a look at all of them every 10 ms. When is the last one
// over?
// Predict. Break in `SleepCoroutine::resume`.
TEST(CoroutineExecutorTest, ThreeSleepsOfASecond_TakeOne) {
  const PausedClock clock;
  Executor executor;
  for (int i = 0; i < 3; ++i) executor.add(SleepCoroutine(1s));
  executor.run(10ms);
  EXPECT_EQ(clock.now().time_since_epoch(), 1s);
}

// The book's loop ends when as many are complete as are left: with three, one is never resumed again.
TEST(CoroutineExecutorTest, LastOne_IsNotForgotten) {
  const PausedClock clock;
  Executor executor;
  for (const Duration duration : {1s, 2s, 3s}) executor.add(SleepCoroutine(duration));
  executor.run(100ms);
  EXPECT_TRUE(executor.is_empty());
  EXPECT_EQ(clock.now().time_since_epoch(), 3s);
}

TEST(SleepCoroutineTest, IsNeverEarly_AndAsLateAsItIsResumed) {
  PausedClock clock;
  SleepCoroutine coroutine(1s);
  EXPECT_TRUE(coroutine.resume().is_yielded());
  clock.advance(1s - 1ns);
  EXPECT_TRUE(coroutine.resume().is_yielded());
  clock.advance(1ns);
  EXPECT_TRUE(coroutine.resume().is_complete());
  EXPECT_TRUE(SleepCoroutine(0s).resume().is_complete());
}

}  // namespace
}  // namespace ch05
