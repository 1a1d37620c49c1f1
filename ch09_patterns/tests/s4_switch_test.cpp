// s4_switch_test.cpp -- every state with every event, and what is said.
#include "ch09_patterns/s4_switch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/future/block_on.hpp"

namespace ch09 {
namespace {

TEST(SwitchTest, EachEventInEachState_HasItsTransition) {
  EXPECT_EQ(after(State::on, Event::switch_off), State::off);
  EXPECT_EQ(after(State::off, Event::switch_on), State::on);
  EXPECT_EQ(after(State::on, Event::switch_on), State::on);
  EXPECT_EQ(after(State::off, Event::switch_off), State::off);
}

// Question: a lamp that is on is switched on. Is that an error?
TEST(SwitchTest, Transition_SaysWhatItDoes) {
  const demo::CapturedLines printed;
  EXPECT_EQ(block_on(transition(State::on, Event::switch_off)), State::off);
  EXPECT_EQ(block_on(transition(State::off, Event::switch_on)), State::on);
  EXPECT_EQ(block_on(transition(State::on, Event::switch_on)), State::on);
  EXPECT_THAT(printed.lines(),
              ::testing::ElementsAre("Transitioning to the Off state", "Transitioning to the On state",
                                     "No transition possible, staying in the current state"));
}

}  // namespace
}  // namespace ch09
