// s9_producers_test.cpp -- fifteen messages, those of each producer in its order, and the end is seen.
#include "ch07_runtime_tuning/s9_producers.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(ProducersTest, EachProducersMessages_ComeInItsOrder_OnEitherRuntime) {
  const Deadline deadline("the consumer waits for messages that never come");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    const auto received = run_async_main(five_producers(), flavor);
    ASSERT_EQ(received.size(), 15u);
    for (int i = 0; i < 5; ++i) {
      int next = 0;
      const auto from = "Producer " + std::to_string(i) + " message ";
      for (const std::string& message : received) {
        if (!message.starts_with(from)) continue;
        EXPECT_EQ(message, from + std::to_string(next++));
      }
      EXPECT_EQ(next, 3) << from;
    }
    EXPECT_EQ(printed.lines().back(), "All messages received");
  }
}

}  // namespace
}  // namespace ch07
