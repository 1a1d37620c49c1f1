// shown_test.cpp -- how numbers are shown.
#include "common/demo/shown.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string>

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using namespace std::chrono_literals;

TEST(ShownTest, Value_IsStreamed) {
  EXPECT_EQ(shown(Options{}, 42, "<n>"), "42");
  EXPECT_EQ(shown(Options{}, "text", "<n>"), "text");
}

TEST(ShownTest, Placeholders_StandForTheValue) {
  EXPECT_EQ(shown(Options{.placeholders = true}, 42, "<n>"), "<n>");
}

TEST(ShownTest, WholeSeconds_AreCutNotRounded) {
  EXPECT_EQ(whole_seconds(28'100ms), 28);
  EXPECT_EQ(whole_seconds(28'999'999'999ns), 28);
  EXPECT_EQ(whole_seconds(29s), 29);
  EXPECT_EQ(whole_seconds(999ms), 0);
}

TEST(ShownTest, YesOrNo_SaysWhich) {
  EXPECT_EQ(std::string(yes_or_no(true)), "yes");
  EXPECT_EQ(std::string(yes_or_no(false)), "no");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
