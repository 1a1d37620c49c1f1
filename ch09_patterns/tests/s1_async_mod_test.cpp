// s1_async_mod_test.cpp -- ids and results; what is wrong is told; threads at once; a module that ends.
#include "ch09_patterns/s1_async_mod.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <expected>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace async;
using namespace std::chrono_literals;
using async_mod::get_add;
using async_mod::send_add;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error_of(const std::expected<int, std::string>& result) {
  return result ? "none, but " + std::to_string(*result) : result.error();
}

class AsyncModTest : public ::testing::Test {
 protected:
  ~AsyncModTest() override { async_mod::shut_down(); }  // before the clock that its thread goes by

  const Deadline deadline_{"the module never answered"};
  const demo::CapturedLines printed_;
  const PausedClock clock_;
};

// Read this one first.
// Question: an addition takes three seconds. How long does send_add take, and how long get_add?
// Predict both, and on which thread each line is printed. Break in `async_add`.
TEST_F(AsyncModTest, SendAdd_ReturnsAtOnceAndGetAddWaits) {
  const auto id = send_add(1, 2);
  ASSERT_TRUE(id);
  EXPECT_EQ(now(), Instant(0s));
  EXPECT_EQ(printed_.lines(), std::vector<std::string>{"starting async_add"});
  EXPECT_EQ(get_add(*id), 3);
  EXPECT_EQ(now(), Instant(3s));
  EXPECT_EQ(printed_.lines().back(), "finished async_add");
}

// Question: main sleeps for four seconds before it asks. Does it wait then?
// Predict what the clock says at the end.
TEST_F(AsyncModTest, ResultIsThere_WhenMainWasBusyElsewhere) {
  const auto id = send_add(1, 2);
  blocking_sleep(4s);
  EXPECT_EQ(printed_.lines().back(), "finished async_add");
  EXPECT_EQ(get_add(*id), 3);
  EXPECT_EQ(now(), Instant(4s));
}

TEST_F(AsyncModTest, HundredAdditions_TakeAsLongAsOne) {
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(send_add(i, 1000).value());
  for (int i = 99; i >= 0; --i) EXPECT_EQ(get_add(ids[static_cast<std::size_t>(i)]), 1000 + i);
  EXPECT_EQ(now(), Instant(3s));
}

TEST_F(AsyncModTest, UnknownId_IsAnError) {
  const std::string before_there_is_a_runtime = error_of(get_add("my-own-id"));
  EXPECT_EQ(before_there_is_a_runtime,
            "no addition has the id 'my-own-id': give one that send_add returned, once");
  const auto id = send_add(1, 2);
  EXPECT_EQ(error_of(get_add("my-own-id")), before_there_is_a_runtime);
  EXPECT_FALSE(get_add(""));
  EXPECT_EQ(get_add(*id), 3) << "the errors have changed nothing";
}

TEST_F(AsyncModTest, Id_IsGoodOnce) {
  const auto id = send_add(1, 2);
  EXPECT_EQ(get_add(*id), 3);
  EXPECT_THAT(error_of(get_add(*id)), StartsWith("no addition has the id '" + *id + "'"));
}

TEST_F(AsyncModTest, SumThatIsNoInt_IsAnError) {
  constexpr int kMost = std::numeric_limits<int>::max(), kLeast = std::numeric_limits<int>::min();
  EXPECT_EQ(error_of(get_add(*send_add(kMost, 1))), "2147483647 + 1 does not fit into an int");
  EXPECT_FALSE(get_add(*send_add(kLeast, -1)));
  EXPECT_EQ(get_add(*send_add(kMost, kLeast)), -1);
}

// Question: two threads ask for the same addition. Who gets the sum, and what does the other one hear?
// Predict. Break in `Module::take`.
TEST_F(AsyncModTest, TwoThreadsWithOneId_OneHasTheResult) {
  const auto id = send_add(1, 2);
  std::expected<int, std::string> mine = 0, of_the_other = 0;
  {
    const base::Thread other([&] { of_the_other = get_add(*id); });
    mine = get_add(*id);
  }
  EXPECT_NE(mine.has_value(), of_the_other.has_value());
  EXPECT_EQ(mine ? mine : of_the_other, 3);
  EXPECT_THAT(error_of(mine ? of_the_other : mine), StartsWith("no addition has the id"));
}

TEST_F(AsyncModTest, AnyThread_MayAddAndAsk) {
  base::Locked<std::set<std::string>> ids;
  {
    std::vector<base::Thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&ids, thread] {
        for (int i = 0; i < 20; ++i) {
          const auto id = send_add(thread, i).value();
          EXPECT_TRUE(ids.lock()->insert(id).second);
          EXPECT_EQ(get_add(id), thread + i);
        }
      });
    }
  }
  EXPECT_EQ(now(), Instant(60s)) << "20 after one another, on four threads at once";
}

// Question: a thread waits for its sum, and another one ends the module. Does the first one wait for ever?
// Predict what it is told. Break in `shut_down`.
TEST_F(AsyncModTest, ShutDown_IsToldToWhoWaits) {
  const auto id = send_add(1, 2);
  std::expected<int, std::string> answer = 0;
  {
    const base::Thread waits([&] { answer = get_add(*id); });
    blocking_sleep(1s);  // over as soon as all others wait
    async_mod::shut_down();
  }
  EXPECT_EQ(error_of(answer), "the addition has no result: the task was cancelled");
  EXPECT_EQ(printed_.lines(), std::vector<std::string>{"starting async_add"});
}

TEST_F(AsyncModTest, AfterShutDown_ItStartsAnew) {
  const auto old = send_add(1, 2);
  async_mod::shut_down();
  async_mod::shut_down();
  EXPECT_THAT(error_of(get_add(*old)), HasSubstr("no addition has the id"));
  const auto id = send_add(3, 4);
  EXPECT_EQ(get_add(*id), 7);
  EXPECT_FALSE(get_add(*old));
}

// As in s1_plain_program.cpp, and with an addition that is under way.
TEST(AsyncModAtExitTest, ProgramThatNeverShutsItDown_Ends) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto program = [] {
    ::alarm(60);  // instead of waiting for ever
    const bool sent = send_add(1, 2).has_value();
    std::exit(sent ? 0 : 1);
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ch09
