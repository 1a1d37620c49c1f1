// both_executors.hpp -- runs each test of a suite on both executors; drives an executor with a deadline.
//
//   class SleepTest : public BothExecutors {};
//   ON_BOTH_EXECUTORS(SleepTest);
//   TEST_P(SleepTest, EndsInTime) { executor->spawn(...); run(); }
#pragma once

#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

#include "ch10_std_server/executor.hpp"

namespace ch10::tests {

// What should happen at once has this long: generous, because nothing waits for it unless a test fails.
inline constexpr std::chrono::seconds kDeadline{60};

// Notifies an executor once the deadline has passed: a lost wake-up is a failure, not a hang.
class Rescue {
 public:
  explicit Rescue(Executor& executor)
      : thread_([this, &executor] {
          if (done_.park_until(Clock::now() + kDeadline)) return;
          came_ = true;
          executor.notify();
        }) {}
  ~Rescue() { done_.unpark(); }
  [[nodiscard]] bool came() const { return came_; }

 private:
  async::base::Parker done_;
  async::base::Atomic<bool> came_ = false;
  async::base::Thread thread_;  // last: it uses the others
};

// Polls and parks as a worker does, until `done` holds. False, and a failure, if that takes too long.
inline bool run_until(Executor& executor, const std::function<bool()>& done) {
  const Rescue rescue(executor);
  const auto deadline = Clock::now() + kDeadline;
  while (!done()) {
    if (rescue.came() || Clock::now() > deadline) {
      ADD_FAILURE() << "the executor did not get there in time; unfinished tasks: " << executor.unfinished();
      return false;
    }
    if (!executor.poll()) executor.park();
  }
  return true;
}
inline bool run_all(Executor& executor) {
  return run_until(executor, [&] { return executor.unfinished() == 0; });
}

class BothExecutors : public ::testing::TestWithParam<ExecutorKind> {
 protected:
  bool run() { return run_all(*executor); }
  static bool is_waking() { return GetParam() == ExecutorKind::waking; }

  std::unique_ptr<Executor> executor = make_executor(GetParam());
};

inline std::string name_of_kind(const ::testing::TestParamInfo<ExecutorKind>& kind) {
  return std::string(to_string(kind.param));
}

}  // namespace ch10::tests

#define ON_BOTH_EXECUTORS(Suite)                                                                    \
  INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::Values(ExecutorKind::waking, ExecutorKind::polling), \
                           ::ch10::tests::name_of_kind)
