// s1_gate_test.cpp -- Gate: who comes is held until it opens, and counted by name.
#include "ch07_runtime_tuning/s1_gate.hpp"

#include <gtest/gtest.h>

#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(GateTest, Come_HoldsTheThreadUntilOpen) {
  const Deadline deadline("the gate never opened");
  Gate gate;
  base::Atomic<int> passed = 0;
  {
    base::Thread one("one", [&] { gate.come(), ++passed; });
    base::Thread two("two", [&] { gate.come(), ++passed; });
    gate.wait_for(2);
    EXPECT_EQ(passed, 0);
    gate.open();
  }
  EXPECT_EQ(passed, 2);
  EXPECT_EQ(listed(gate.threads()), "one, two");
}

TEST(GateTest, OpenGate_HoldsNobodyAndStillCounts) {
  const Deadline deadline("an open gate held somebody");
  Gate gate;
  gate.open();
  gate.come();
  gate.wait_for(1);
  EXPECT_EQ(gate.came(), 1u);
  EXPECT_EQ(listed(gate.threads()), "main");
}

}  // namespace
}  // namespace ch07
