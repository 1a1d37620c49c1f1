// s3_greeting_test.cpp -- a decorated greeting is a greeting, and so can be decorated again.
#include "ch09_patterns/s3_greeting.hpp"

#include <gtest/gtest.h>

namespace ch09 {
namespace {

std::string greeted_by(const Greeting auto& greeting) { return greeting.greet(); }

// Question: `greeted_by` was written for a HelloWorld. What has to be changed in it for a decorated one?
TEST(GreetingTest, Decorated_IsStillAGreeting) {
  EXPECT_EQ(greeted_by(HelloWorld()), "Hello, World!");
  EXPECT_EQ(greeted_by(ExcitedGreeting<HelloWorld>()), "Hello, World! I'm so excited to be in C++!");
  EXPECT_EQ(greeted_by(ExcitedGreeting<ExcitedGreeting<HelloWorld>>()),
            "Hello, World! I'm so excited to be in C++! I'm so excited to be in C++!");
}

struct Named {
  std::string name;
  [[nodiscard]] std::string greet() const { return "Hello, " + name + "!"; }
};

TEST(GreetingTest, InnerOne_KeepsItsState) {
  EXPECT_EQ(greeted_by(ExcitedGreeting(Named{"Ada"})), "Hello, Ada! I'm so excited to be in C++!");
}

static_assert(!Greeting<std::string>);

}  // namespace
}  // namespace ch09
