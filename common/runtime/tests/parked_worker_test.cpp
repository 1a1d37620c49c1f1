// parked_worker_test.cpp -- ParkedWorker: one token; asleep in the driver if that is free, else on its own.
#include "common/runtime/parked_worker.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/runtime/driver.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

class ParkedWorkerTest : public testing::TestWithParam<bool> {
 protected:
  const Deadline deadline{"a parked worker is not woken"};
  Driver driver{Driver::Enabled{.io = GetParam(), .time = true}};
  ParkedWorker worker;
};
INSTANTIATE_TEST_SUITE_P(WithAndWithoutIo, ParkedWorkerTest, testing::Bool());

TEST_P(ParkedWorkerTest, UnparkBeforePark_IsNotLost) {
  worker.unpark(driver);
  worker.park(driver);
}

TEST_P(ParkedWorkerTest, UnparkBeforePark_WhileAnotherHasTheDriver_IsNotLost) {
  ASSERT_TRUE(driver.try_take());
  worker.unpark(driver);
  worker.park(driver);
  driver.give_back();
}

TEST_P(ParkedWorkerTest, Unpark_EndsASleepInTheDriver) {
  base::Parker parks;
  const base::Thread other([&] {
    parks.park();
    worker.unpark(driver);
  });
  parks.unpark();
  worker.park(driver);
  EXPECT_TRUE(driver.try_take());  // it was given back
  driver.give_back();
}

TEST_P(ParkedWorkerTest, Unpark_EndsASleepOnItsOwn) {
  ASSERT_TRUE(driver.try_take());
  base::Parker asleep;
  const base::Thread other([&] {
    asleep.park();
    worker.unpark(driver);
  });
  asleep.unpark();
  worker.park(driver);
  EXPECT_FALSE(driver.try_take());  // still this test's
  driver.give_back();
}

// Two unparks are one token. What the second one costs is at most a park that returns for nothing.
TEST_P(ParkedWorkerTest, ManyRounds_EachWithItsOwnUnpark) {
  base::Parker back;
  base::Atomic<int> round = 0;
  const base::Thread other([&] {
    for (int i = 1; i <= 1000; ++i) {
      round = i;
      worker.unpark(driver);
      back.park();
    }
    worker.unpark(driver);
  });
  for (int seen = 0; seen < 1000;) {
    worker.park(driver);
    if (round == seen) continue;  // for nothing
    seen = round;
    back.unpark();
  }
  worker.park(driver);
}

// Two workers, one in the driver, the other one on its own: each is woken by its own unpark.
TEST_P(ParkedWorkerTest, TwoWorkers_EachByItsOwnUnpark) {
  ParkedWorker second;
  base::Atomic<bool> first_may_go = false, second_may_go = false;
  base::Parker first_gone, second_gone;
  const base::Thread one([&] {
    while (!first_may_go) worker.park(driver);
    first_gone.unpark();
  });
  const base::Thread two([&] {
    while (!second_may_go) second.park(driver);
    second_gone.unpark();
  });
  second_may_go = true;
  second.unpark(driver);
  second_gone.park();
  first_may_go = true;
  worker.unpark(driver);
  first_gone.park();
}

}  // namespace
