// s1_fibonacci_test.cpp -- the numbers; and what busy threads cost.
#include "ch01_processes_threads/s1_fibonacci.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch01 {
namespace {

using namespace async;

using namespace std::chrono_literals;

TEST(FibonacciTest, EachNumber_IsTheSumOfTheTwoBefore) {
  const std::uint64_t first[] = {0, 1, 1, 2, 3, 5, 8, 13};
  for (std::uint64_t n = 0; n < 8; ++n) EXPECT_EQ(fibonacci(n), first[n]);
  EXPECT_EQ(fibonacci(20), 6765u);
}

// Works until this process has used so much CPU time, in all its threads.
void work_until(std::chrono::nanoseconds cpu) {
  while (cpu_time() < cpu) (void)fibonacci(10);
}

// Question: this thread sleeps, in join, while another one works until the process has used 20 ms of CPU
// time. How much has it cost?
// Predict: and by the CPU time of this thread alone? Break in `CpuUse::percent`.
TEST(CpuUseTest, TimeOfAllThreads_IsAddedUp) {
  const Deadline deadline("threads that work use no CPU time");
  const CpuUse use = cpu_use_of([] {
    const auto enough = cpu_time() + 20ms;
    base::Thread other([enough] { work_until(enough); });
  });
  EXPECT_GE(use.cpu, 20ms);
  const double cores = static_cast<double>(base::available_cores());
  EXPECT_LE(use.percent(), 100 * cores + 50)
      << "as many cores as there are, and what the system's clocks differ by";
  EXPECT_EQ((CpuUse{.real = 1s, .cpu = 1500ms}).percent(), 150);
  EXPECT_EQ(CpuUse().percent(), 0);
}

}  // namespace
}  // namespace ch01
