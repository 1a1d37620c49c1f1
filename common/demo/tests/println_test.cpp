// println_test.cpp -- lines are whole, whoever prints them.
#include "common/demo/println.hpp"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/base/thread.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/child.hpp"
#include "common/task/tests/deadline.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using Lines = std::vector<std::string>;

TEST(PrintlnTest, Parts_MakeOneLine) {
  const CapturedLines printed;
  println("count: ", 3, ' ', 2.5, " ", true, std::string(" end"));
  EXPECT_EQ(printed.lines(), (Lines{"count: 3 2.5 true end"}));
  EXPECT_EQ(printed.text(), "count: 3 2.5 true end\n");
}

TEST(PrintlnTest, NoPart_MakesAnEmptyLine) {
  const CapturedLines printed;
  println();
  EXPECT_EQ(printed.lines(), (Lines{""}));
}

TEST(PrintlnTest, LineEndsInside_MakeSeveralLines) {
  const CapturedLines printed;
  println("one\n\nthree");
  EXPECT_EQ(printed.lines(), (Lines{"one", "", "three"}));
}

// Takes so long over each line that another thread would come between, if it could.
class Slow : public Output {
 public:
  void write_line(std::string_view line) override {
    if (writing_.exchange(true)) mixed_ = true;
    for (int i = 0; i < 20; ++i) std::this_thread::yield();
    lines_.emplace_back(line);
    writing_ = false;
  }

  [[nodiscard]] const Lines& lines() const { return lines_; }
  [[nodiscard]] bool has_mixed() const { return mixed_; }

 private:
  std::atomic<bool> writing_ = false;
  std::atomic<bool> mixed_ = false;
  Lines lines_;
};

TEST(PrintlnTest, SeveralThreads_NeverMixTheirLines) {
  constexpr int kThreads = 4;
  constexpr int kLines = 50;
  Slow slow;
  const InstalledOutput installed(slow);
  {
    std::latch all(kThreads);
    std::vector<base::Thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&all, thread] {
        all.arrive_and_wait();
        // Two lines at once stay side by side as well.
        for (int i = 0; i < kLines; ++i) println("first ", thread, '\n', "second ", thread);
      });
    }
    const Deadline deadline("the threads that print");
    threads.clear();
  }
  ASSERT_FALSE(slow.has_mixed());
  const Lines& lines = slow.lines();
  ASSERT_EQ(lines.size(), std::size_t{2 * kThreads * kLines});
  for (std::size_t i = 0; i < lines.size(); i += 2) {
    ASSERT_TRUE(lines[i].starts_with("first ")) << lines[i];
    ASSERT_EQ(lines[i + 1], "second " + lines[i].substr(6));
  }
}

TEST(PrintlnTest, SeveralThreads_NeverMixTheirLinesOnStdoutEither) {
  const auto ended = Child({DEMO_SAMPLE, "guests", "--guests", "100"}).end();
  EXPECT_EQ(ended.code, 0);
  Lines lines;
  for (std::size_t begin = 0; begin < ended.out.size();) {
    const std::size_t end = ended.out.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    lines.push_back(ended.out.substr(begin, end - begin));
    begin = end + 1;
  }
  Lines all;
  for (int i = 1; i <= 100; ++i) all.push_back("guest " + std::to_string(i) + " is there");
  std::ranges::sort(lines);
  std::ranges::sort(all);
  EXPECT_EQ(lines, all);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
