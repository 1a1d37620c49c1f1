// program_test.cpp -- a chapter's binary as a child: exit codes, broken and missing streams, colours, stalls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/tests/child.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Stdout = Child::Stdout;
using Words = std::vector<std::string>;

constexpr const char* kBold = "\x1b[1m";

TEST(ProgramTest, NoArgument_ListsTheDemosForPeople) {
  const auto ended = Child({DEMO_SAMPLE}).end();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "demo_sample -- a sample\n"
            "\n"
            "  tea     0.1,0.2  a kettle and a cup, side by side\n"
            "  guests  0.3      they come in any order\n"
            "\n"
            "run one: demo_sample NAME   all: demo_sample all   options: demo_sample --help\n");
  EXPECT_EQ(ended.err, "");
}

TEST(ProgramTest, List_IsALineForEachDemoWithTabs) {
  const auto ended = Child({DEMO_SAMPLE, "--list"}).end();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "0.1,0.2\ttea\ta kettle and a cup, side by side\n"
            "0.3\tguests\tthey come in any order\n");
  EXPECT_EQ(ended.err, "");
}

TEST(ProgramTest, UsageError_EndsWithTwoAndNotWithANumberOfTheLibrary) {
  const auto ended = Child({DEMO_SAMPLE, "tea", "--speed", "0"}).end();
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err,
            "demo_sample: --speed: must be a whole number from 1 to 1000, not '0'\n"
            "try: demo_sample --help\n");
}

TEST(ProgramTest, BrokenPromise_EndsWithOne) {
  const auto ended = Child({DEMO_ODD, "breaks"}).end();
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "a line before it breaks\n");
  EXPECT_EQ(ended.err, "breaks: what this demo promises did not happen\n");
}

TEST(ProgramTest, StallOnThePausedClock_EndsWithThreeAtOnceAndSaysWhatItWaitedFor) {
  const auto ended = Child({DEMO_ODD, "stalls", "--paused"}).end();
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.out, "a line before the stall\nanother one, not by println\n");
  EXPECT_EQ(ended.err,
            "stalled: everybody waits, nothing can happen any more; waiting for: a guest who never comes\n");
}

TEST(ProgramTest, StallInRealTime_EndsWithThreeAfterTheLimitAndSaysWhatItWaitedFor) {
  const auto ended = Child({DEMO_ODD, "stalls", "--speed", "1000"}).end();
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.out, "a line before the stall\nanother one, not by println\n");
  EXPECT_EQ(ended.err, "stalled: waited 50 ms for a guest who never comes\n");
}

TEST(ProgramTest, StallAmongAll_EndsWithThree) {
  const auto ended = Child({DEMO_ODD, "all", "--paused"}).end();
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.out, HasSubstr("== stalls (0.5,0.6): waits for nobody\n"));
  EXPECT_THAT(ended.err, HasSubstr("breaks: what this demo promises did not happen\n"
                                   "error: the milk is gone\n"
                                   "error: throws-a-number threw something that is no std::exception\n"
                                   "stalled: "));
}

TEST(ProgramTest, FullDisk_EndsWithOneAndAnError) {
  for (const char* word : {"tea", "all", "--list", "--help", "--version"}) {
    const auto ended = Child({DEMO_SAMPLE, word, "--speed", "1000"}, {.out = Stdout::full_disk}).end();
    EXPECT_EQ(ended.code, 1) << word;
    EXPECT_EQ(ended.err, "error: cannot write to stdout: No space left on device\n") << word;
  }
}

TEST(ProgramTest, FullDiskWithQuiet_EndsWithZero) {
  const auto ended = Child({DEMO_SAMPLE, "tea", "--quiet", "--paused"}, {.out = Stdout::full_disk}).end();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
}

TEST(ProgramTest, StdoutClosedFromTheStart_EndsWithOneAndNoFileGetsItsNumber) {
  const auto ended = Child({DEMO_ODD, "opens-a-file"}, {.out = Stdout::closed}).end();
  EXPECT_EQ(ended.code, 0);
  const auto printing = Child({DEMO_SAMPLE, "tea", "--paused"}, {.out = Stdout::closed}).end();
  EXPECT_EQ(printing.code, 1);
  EXPECT_EQ(printing.err, "error: cannot write to stdout: Bad file descriptor\n");
}

TEST(ProgramTest, ReaderThatHangsUp_EndsTheProgramQuietly) {
  for (const bool ignores_sigpipe : {false, true}) {
    Child child({DEMO_ODD, "prints-for-ever"}, {.ignores_sigpipe = ignores_sigpipe});
    EXPECT_THAT(child.read_one_line_and_hang_up(), StartsWith("a line"));
    const auto ended = child.end();
    EXPECT_EQ(ended.code, 128 + SIGPIPE);
    EXPECT_EQ(ended.err, "");
  }
}

TEST(ProgramTest, Terminal_HasBoldHeadings) {
  if (!Child::has_terminals()) GTEST_SKIP() << "there are no pseudo-terminals here";
  for (const auto& words : {Words{DEMO_SAMPLE}, Words{DEMO_SAMPLE, "all", "--paused"}}) {
    const auto ended = Child(words, {.out = Stdout::terminal}).end();
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.out, HasSubstr(kBold)) << words.back();
  }
}

TEST(ProgramTest, ListOnATerminal_HasNoColor) {
  if (!Child::has_terminals()) GTEST_SKIP() << "there are no pseudo-terminals here";
  EXPECT_THAT(Child({DEMO_SAMPLE, "--list"}, {.out = Stdout::terminal}).end().out, Not(HasSubstr("\x1b")));
}

TEST(ProgramTest, PipeAsStdout_HasNoColor) {
  for (const auto& words : {Words{DEMO_SAMPLE}, Words{DEMO_SAMPLE, "all", "--paused"}}) {
    EXPECT_THAT(Child(words).end().out, Not(HasSubstr("\x1b"))) << words.back();
  }
}

TEST(ProgramTest, NoColor_TurnsColorsOffOnATerminal) {
  if (!Child::has_terminals()) GTEST_SKIP() << "there are no pseudo-terminals here";
  const auto out = [](const std::string& option, const char* no_color) {
    return Child({DEMO_SAMPLE, option}, {.out = Stdout::terminal, .no_color = no_color}).end().out;
  };
  EXPECT_THAT(out("--no-color", nullptr), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out("--paused", "1"), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out("--paused", "0"), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out("--paused", ""), HasSubstr(kBold));
}

TEST(ProgramTest, Paused_TakesTheClocksTimeAndNoRealTime) {
  const auto ended = Child({DEMO_SAMPLE, "tea", "--paused", "--when", "--placeholders"}).end();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "   0.000 main       the kettle is on, in process <pid>\n"
            "   1.500 cup        the cup is warm\n"
            "   3.900 main       tea after 3 s\n");
}

TEST(ProgramTest, Counts_ReachTheDemo) {
  const auto ended = Child({DEMO_SAMPLE, "--guests=1", "guests"}).end();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "guest 1 is there\n");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
