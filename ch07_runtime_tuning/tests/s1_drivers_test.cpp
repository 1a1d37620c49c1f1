// s1_drivers_test.cpp -- what a runtime cannot do that was built without time or I/O, on both flavours.
#include "ch07_runtime_tuning/s1_drivers.hpp"

#include <gtest/gtest.h>

#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

constexpr char kNoTime[] = "this runtime has no timers: build it with enable_time() or enable_all()";
constexpr char kNoIo[] = "this runtime has no I/O: build it with enable_io()";

// Question: neither is enabled by default. Which of the two does the Builder's name give you, and
// what do you hear?
// Predict. Break in `TimelessClock::wake_at_deadline` and in `Reactor::current`.
TEST(BuilderDriversTest, Sleep_NeedsEnableTimeAndASocketEnableIo) {
  const Deadline deadline("a runtime never answered");
  for (const Builder& made : {Builder::new_current_thread(), Builder::new_multi_thread()}) {
    Builder builder = made;
    EXPECT_EQ(try_to_sleep(builder), kNoTime);
    EXPECT_EQ(try_a_socket(builder), kNoIo);

    Builder with_time = made, with_io = made, with_all = made;
    with_time.enable_time();
    EXPECT_EQ(try_to_sleep(with_time), "works");
    EXPECT_EQ(try_a_socket(with_time), kNoIo);
    with_io.enable_io();
    EXPECT_EQ(try_to_sleep(with_io), kNoTime);
    EXPECT_EQ(try_a_socket(with_io), "works");
    with_all.enable_all();
    EXPECT_EQ(try_to_sleep(with_all), "works");
    EXPECT_EQ(try_a_socket(with_all), "works");
  }
}

}  // namespace
}  // namespace ch07
