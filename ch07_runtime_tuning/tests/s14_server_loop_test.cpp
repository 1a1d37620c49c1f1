// s14_server_loop_test.cpp -- all connections are served at once, on either runtime.
#include "ch07_runtime_tuning/s14_server_loop.hpp"

#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

// Question: no client says a word before all have connected. What would a server do that serves
// one after the other?
// Predict: and how many threads does this one need? Break in `echo`, and count its tasks.
TEST(ServerLoopTest, AllConnections_AreServedAtOnce_OnEitherRuntime) {
  const Deadline deadline("some connection was not served");
  EXPECT_EQ(run_async_main(right_echoes(20, 10), RuntimeFlavor::current_thread), 200u);
  EXPECT_EQ(run_async_main(right_echoes(20, 10), RuntimeFlavor::multi_thread), 200u);
}

}  // namespace
}  // namespace ch07
