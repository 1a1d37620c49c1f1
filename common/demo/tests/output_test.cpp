// output_test.cpp -- which output a line goes to.
#include "common/demo/output.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using Lines = std::vector<std::string>;

TEST(OutputTest, LastOneInstalled_GetsTheLines) {
  const CapturedLines outer;
  print_line("before");
  {
    const CapturedLines inner;
    print_line("between");
    EXPECT_EQ(inner.lines(), (Lines{"between"}));
  }
  print_line("after");
  EXPECT_EQ(outer.lines(), (Lines{"before", "after"}));
}

class Shouting : public Output {
 public:
  explicit Shouting(Output& to) : to_(to) {}
  void write_line(std::string_view line) override { to_.write_line(std::string(line) + "!"); }

 private:
  Output& to_;
};

TEST(OutputTest, OneOnTopOfAnother_PassesLinesOn) {
  const CapturedLines printed;
  {
    Shouting shouting(current_output());
    const InstalledOutput installed(shouting);
    print_line("hello");
  }
  print_line("hello");
  EXPECT_EQ(printed.lines(), (Lines{"hello!", "hello"}));
}

TEST(OutputTest, CapturedLines_AreNoTerminal) {
  const CapturedLines printed;
  EXPECT_FALSE(current_output().is_terminal());
}

TEST(OutputDeathTest, OutputThatIsNotTheLast_CannotGo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        auto* const outer = new CapturedLines;
        auto* const inner = new CapturedLines;
        delete outer;
        delete inner;
      },
      "the last output that was installed has to go first");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
