// s14_producer_consumer_test.cpp -- thirty messages; and how long ten rounds of 10 ms take.
#include "ch07_runtime_tuning/s14_producer_consumer.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Question: the consumer never sleeps. Why does the program take 100 ms, and not no time or 300 ms?
// Predict: which sleep is the last one, and who waits for it? Break in `SenderHold`, where the last one goes.
TEST(ProducerConsumerTest, ThirtyMessages_InAHundredMilliseconds) {
  const Deadline deadline("the consumer waits for ever");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    const PausedClock clock;
    EXPECT_EQ(run_async_main(produce_and_consume(), flavor), 30u);
    EXPECT_EQ(printed.lines().size(), 30u);
    EXPECT_EQ(now(), Instant(100ms));
  }
}

}  // namespace
}  // namespace ch07
