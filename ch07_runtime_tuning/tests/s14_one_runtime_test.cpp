// s14_one_runtime_test.cpp -- a hundred runtimes give what one gives, and leave nothing behind.
#include "ch07_runtime_tuning/s14_one_runtime.hpp"

#include <cstddef>
#include <filesystem>
#include <gtest/gtest.h>
#include <iterator>

#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

// Question: each runtime has threads, an epoll and an eventfd. Where are they after its end?
// Predict: how many descriptors are open after a hundred runtimes? Break in `Runtime::~Runtime`.
TEST(OneRuntimeTest, HundredRuntimes_GiveTheSameSum_AndLeaveNoDescriptorOpen) {
  const Deadline deadline("a runtime did not end");
  EXPECT_EQ(sum_with_one_runtime(100), 4950);
  const auto before = open_descriptors();
  EXPECT_EQ(sum_with_a_runtime_each(100), 4950);
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace ch07
