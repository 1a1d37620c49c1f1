// s3_build_option_test.cpp -- built and run twice: with the library that has the option, and the other one.
#include "ch09_patterns/s3_build_option.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/future/block_on.hpp"

namespace ch09 {
namespace {

constexpr bool kDecorated = CH09_EXPECT_DECORATED;

TEST(BuildOptionTest, Build_IsTheOneThatIsTested) { EXPECT_EQ(has_logging_decorator(), kDecorated); }

TEST(BuildOptionTest, Greeting_IsDecoratedOrNot) {
  EXPECT_EQ(configured_greeting(),
            kDecorated ? "Hello, World! I'm so excited to be in C++!" : "Hello, World!");
}

// Question: the same call in both builds. What differs, and what does not?
TEST(BuildOptionTest, Future_IsLoggedOrNotAndGivesTheSame) {
  const demo::CapturedLines printed;
  EXPECT_EQ(block_on(configured_function()), "Result of async computation");
  EXPECT_EQ(printed.text(), kDecorated ? "Polling the future!\n" : "");
}

}  // namespace
}  // namespace ch09
