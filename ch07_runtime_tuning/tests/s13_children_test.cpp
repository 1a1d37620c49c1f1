// s13_children_test.cpp -- output, order of closing, signals and errors of child processes.
#include "ch07_runtime_tuning/s13_children.hpp"

#include <csignal>
#include <gtest/gtest.h>

#include "common/future/join_all.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(ChildrenTest, Sort_GetsAllOfItsInput) {
  const Deadline deadline("sort waits for the end of its input");
  EXPECT_EQ(run_async_main(sorted_by_child("2\n3\n1\n"), RuntimeFlavor::current_thread).value(), "1\n2\n3\n");
}

TEST(ChildrenTest, Kill_IsSeenInTheStatus) {
  const Deadline deadline("a killed child never ended");
  const auto status = run_async_main(killed_child(), RuntimeFlavor::current_thread);
  EXPECT_EQ(status.value().signal(), SIGKILL);
  EXPECT_EQ(status.value().code(), std::nullopt);
}

Async<int> sum_of_codes(int count) {
  std::vector<Async<IoResult<ExitStatus>>> children;
  for (int i = 0; i < count; ++i) {
    children.push_back(Command("sh").arg("-c").arg("exit " + std::to_string(i)).status());
  }
  const auto ended = co_await join_all(std::move(children));
  int sum = 0;
  for (const auto& status : ended) sum += status->code().value_or(1000);
  co_return sum;
}

// Question: ten children run at the same time, and one thread waits for all of them. Who tells it
// that one has ended?
// Predict: SIGCHLD? A thread a child? Break in `ReapAttempt`.
TEST(ChildrenTest, TenAtOnce_EachWithItsCode_AndNoThreadBlocks) {
  const Deadline deadline("a child's end was not seen");
  const auto root = []() -> Async<int> {
    const int sum = co_await sum_of_codes(10);
    EXPECT_EQ(Handle::current().metrics().blocking_threads, 0u);
    co_return sum;
  };
  EXPECT_EQ(run_async_main(root, RuntimeFlavor::current_thread), 45);
}

TEST(ChildrenTest, ProgramThatIsNotThere_IsNamed) {
  const auto status =
      run_async_main(Command("no-such-program-anywhere").status(), RuntimeFlavor::current_thread);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message().find("no-such-program-anywhere"), std::string::npos);
}

}  // namespace
}  // namespace ch07
