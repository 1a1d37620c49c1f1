// s5_thread_handle_test.cpp -- what comes back from join: a result, or what was thrown.
#include "ch01_processes_threads/s5_thread_handle.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>

#include "common/base/parker.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch01_processes_threads/s1_fibonacci.hpp"

namespace ch01 {
namespace {

static_assert(!std::is_copy_constructible_v<ThreadHandle<int>> &&
                  std::is_move_constructible_v<ThreadHandle<int>>,
              "one handle for one thread");

TEST(ThreadHandleTest, Join_GivesTheResult_AlsoOneThatCannotBeCopied) {
  const Deadline deadline("the thread never ended");
  auto number = spawn_thread("number", [] { return fibonacci(20); });
  auto pointer = spawn_thread("pointer", [] { return std::make_unique<int>(7); });
  auto nothing = spawn_thread("nothing", [] {});
  EXPECT_EQ(std::move(number).join(), 6765u);
  EXPECT_EQ(**std::move(pointer).join(), 7);
  EXPECT_TRUE(std::move(nothing).join());
}

// Question: an exception leaves a thread's function. What becomes of the program, with std::thread, and here?
// Predict, then break in `ThreadHandle::result_of`.
TEST(ThreadHandleTest, Exception_ComesBackFromJoin) {
  const Deadline deadline("the thread never ended");
  auto fails = spawn_thread("fails", []() -> int { throw std::out_of_range("no such number"); });
  const auto result = std::move(fails).join();
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is_exception());
  EXPECT_THROW(result.error().rethrow(), std::out_of_range);
  auto odd = spawn_thread("odd", [] { throw 7; });
  EXPECT_EQ(std::move(odd).join().error().message(), "an exception that is no std::exception");
}

TEST(ThreadHandleTest, Join_WaitsForTheEnd) {
  const Deadline deadline("the thread never ended");
  base::Parker may_end;
  bool ended = false;
  auto waits = spawn_thread("waits", [&] {
    may_end.park();
    ended = true;
  });
  auto moved = std::move(waits);
  may_end.unpark();
  EXPECT_TRUE(std::move(moved).join());
  EXPECT_TRUE(ended);
}

TEST(ThreadHandleTest, Dropped_ItIsJoined) {
  const Deadline deadline("the thread never ended");
  bool ended = false;
  {
    const auto dropped = spawn_thread("dropped", [&ended] { ended = true; });
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace ch01
