// command_line_test.cpp -- every option, good and bad.
#include "common/demo/command_line.hpp"

#include <cstdint>
#include <expected>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/captured_stderr.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using ::testing::HasSubstr;

using Words = std::vector<std::string>;

constexpr Demo kDemos[] = {
    {"coffee", "2.1", "coffee and toast", [](const Options&) { return true; }},
    {"people", "2.2", "two and three people", [](const Options&) { return true; }},
};
constexpr CountOption kCounts[] = {{"requests", "how many are sent", 4000, 4, 100'000},
                                   {"people", "how many come", 2, 0, 3}};
constexpr TextOption kTexts[] = {{"url", "URL", "whom to ask"}, {"log", "FILE", "where to write"}};
constexpr Chapter kChapter{"ch02_futures", "futures", kDemos, kCounts, kTexts};

std::expected<CommandLine, int> read(const Words& words) {
  std::vector<const char*> argv{"as-typed"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  return read_command_line(kChapter, static_cast<int>(words.size()) + 1, argv.data());
}

Options options(const Words& words) {
  const auto line = read(words);
  if (!line) ADD_FAILURE() << "refused: " << ::testing::PrintToString(words);
  return line ? line->options : Options{};
}

// What is said about a command line that is refused.
std::string refusal(const Words& words) {
  const CapturedLines out;
  CapturedStderr err;
  const auto line = read(words);
  std::string text = err.text();
  if (line || line.error() != 2) ADD_FAILURE() << "not refused: " << ::testing::PrintToString(words);
  EXPECT_EQ(out.text(), "");
  const std::string begin = "ch02_futures: ";
  const std::string end = "\ntry: ch02_futures --help\n";
  EXPECT_TRUE(text.starts_with(begin) && text.ends_with(end)) << text;
  if (text.size() < begin.size() + end.size()) return text;
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

TEST(CommandLineTest, Nothing_IsNoDemoAndThePresets) {
  const CapturedLines no_terminal;
  const auto line = read({});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->demo, nullptr);
  EXPECT_FALSE(line->all);
  EXPECT_FALSE(line->list);
  const Options& options = line->options;
  EXPECT_EQ(options.speed, 10);
  EXPECT_EQ(options.seed, 1U);
  EXPECT_FALSE(options.paused || options.quiet || options.when || options.color || options.interactive ||
               options.placeholders);
  EXPECT_EQ(options.count("requests"), 4000U);
  EXPECT_EQ(options.count("people"), 2U);
}

TEST(CommandLineTest, ProgramStartedWithoutEvenAName_IsNoDemo) {
  const char* const argv[] = {nullptr};
  const auto line = read_command_line(kChapter, 0, argv);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->demo, nullptr);
}

TEST(CommandLineTest, Name_IsFoundInTheTable) {
  EXPECT_EQ(read({"coffee"})->demo, &kDemos[0]);
  EXPECT_EQ(read({"people"})->demo, &kDemos[1]);
  EXPECT_EQ(read({"--", "people"})->demo, &kDemos[1]);
  EXPECT_TRUE(read({"all"})->all);
  EXPECT_TRUE(read({"--list"})->list);
}

TEST(CommandLineTest, Options_StandBeforeOrAfterTheName) {
  for (const Words& words :
       {Words{"people", "--speed", "5", "--quiet"}, Words{"--speed", "5", "--quiet", "people"},
        Words{"--quiet", "people", "--speed=5"}}) {
    const auto line = read(words);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->demo, &kDemos[1]);
    EXPECT_EQ(line->options.speed, 5);
    EXPECT_TRUE(line->options.quiet);
  }
}

TEST(CommandLineTest, EachFlag_SetsItsOwnOption) {
  EXPECT_TRUE(options({"--paused"}).paused);
  EXPECT_TRUE(options({"--quiet"}).quiet);
  EXPECT_TRUE(options({"--when"}).when);
  EXPECT_TRUE(options({"--interactive"}).interactive);
  EXPECT_TRUE(options({"--placeholders"}).placeholders);
  const Options quiet = options({"--quiet", "--quiet"});
  EXPECT_FALSE(quiet.paused || quiet.when || quiet.interactive || quiet.placeholders);
}

TEST(CommandLineTest, Numbers_AreTakenFromEndToEndOfTheirRange) {
  EXPECT_EQ(options({"--speed", "1"}).speed, 1);
  EXPECT_EQ(options({"--speed", "1000"}).speed, 1'000);
  EXPECT_EQ(options({"--seed", "0"}).seed, 0U);
  EXPECT_EQ(options({"--seed", "18446744073709551615"}).seed, UINT64_MAX);
  EXPECT_EQ(options({"--requests", "4"}).count("requests"), 4U);
  EXPECT_EQ(options({"--requests", "100000"}).count("requests"), 100'000U);
  EXPECT_EQ(options({"--people", "0"}).count("people"), 0U);
}

TEST(CommandLineTest, Text_IsTakenAsItIs) {
  EXPECT_EQ(options({}).text("url"), "");
  const Options given =
      options({"--log", "a file, with [1,2] in it", "coffee", "--url=http://localhost:80/?a=b"});
  EXPECT_EQ(given.text("url"), "http://localhost:80/?a=b");
  EXPECT_EQ(given.text("log"), "a file, with [1,2] in it");
  EXPECT_EQ(options({"--url", "one", "--url", "two"}).text("url"), "two");
}

TEST(CommandLineTest, MissingText_IsRefused) {
  EXPECT_EQ(refusal({"coffee", "--url"}), "--url needs a value");
  EXPECT_EQ(refusal({"coffee", "--url", ""}), "--url: must not be empty");
  EXPECT_EQ(refusal({"coffee", "--log="}), "--log needs a value");
}

TEST(CommandLineTest, LeadingZero_IsNoOctalNumber) { EXPECT_EQ(options({"--speed", "010"}).speed, 10); }

TEST(CommandLineTest, OptionGivenTwice_TakesTheLastValue) {
  EXPECT_EQ(options({"--speed", "2", "--speed", "3"}).speed, 3);
}

TEST(CommandLineTest, Paused_DividesNothing) { EXPECT_EQ(options({"--paused"}).speed, 1); }

TEST(CommandLineTest, BadNumber_IsRefusedWithTheRange) {
  const std::string speed = "--speed: must be a whole number from 1 to 1000, not ";
  for (const char* bad : {"0", "-5", "1000001", "99999999999999999999999", "x", "1.5", "0x10", " 5", "5 ",
                          "+5", "1e3", "[1,2]", "--quiet"}) {
    EXPECT_EQ(refusal({"coffee", "--speed", bad}), speed + "'" + bad + "'");
  }
  EXPECT_EQ(refusal({"--speed", "", "coffee"}), speed + "''");
  EXPECT_EQ(refusal({"--seed", "-1"}),
            "--seed: must be a whole number from 0 to 18446744073709551615, not '-1'");
  EXPECT_EQ(refusal({"--seed=18446744073709551616"}),
            "--seed: must be a whole number from 0 to 18446744073709551615, not '18446744073709551616'");
  EXPECT_EQ(refusal({"coffee", "--requests", "3"}),
            "--requests: must be a whole number from 4 to 100000, not '3'");
}

TEST(CommandLineTest, MissingNumber_IsRefused) {
  EXPECT_EQ(refusal({"coffee", "--speed"}), "--speed needs a number");
  EXPECT_EQ(refusal({"coffee", "--requests="}), "--requests needs a number");
}

TEST(CommandLineTest, FlagWithAValue_IsRefused) {
  EXPECT_EQ(refusal({"coffee", "--quiet=3"}), "--quiet takes no value");
  EXPECT_EQ(refusal({"coffee", "--no-color=false"}), "--no-color takes no value");
}

TEST(CommandLineTest, UnknownOption_IsRefusedWithTheOneThatWasMeant) {
  EXPECT_EQ(refusal({"coffee", "--sped", "3"}), "unknown option: --sped (did you mean --speed?)");
  EXPECT_EQ(refusal({"coffee", "--sped=3"}), "unknown option: --sped (did you mean --speed?)");
  EXPECT_EQ(refusal({"--request", "9"}), "unknown option: --request (did you mean --requests?)");
  EXPECT_EQ(refusal({"coffee", "--completely-else"}), "unknown option: --completely-else");
  EXPECT_EQ(refusal({"coffee", "-q"}), "unknown option: -q");
}

TEST(CommandLineTest, UnknownDemo_IsRefusedWithThoseThereAre) {
  EXPECT_EQ(refusal({"cofee"}), "unknown demo: cofee (did you mean coffee?)\nthere are: coffee people all");
  EXPECT_EQ(refusal({"breakfast"}), "unknown demo: breakfast\nthere are: coffee people all");
  EXPECT_EQ(refusal({""}), "unknown demo: \nthere are: coffee people all");
  EXPECT_EQ(refusal({"-"}), "unknown demo: -\nthere are: coffee people all");
  EXPECT_EQ(refusal({"--", "--list"}), "unknown demo: --list\nthere are: coffee people all");
}

TEST(CommandLineTest, TwoDemos_AreRefused) {
  EXPECT_EQ(refusal({"coffee", "people"}), "one demo at a time, or all: not coffee and people");
  EXPECT_EQ(refusal({"coffee", "--", "--list"}), "one demo at a time, or all: not coffee and --list");
}

TEST(CommandLineTest, OptionsThatExcludeEachOther_AreRefused) {
  EXPECT_EQ(refusal({"coffee", "--paused", "--speed", "5"}),
            "--paused waits for nothing: it takes no --speed");
  EXPECT_EQ(refusal({"--speed", "10", "--paused"}), "--paused waits for nothing: it takes no --speed");
  EXPECT_EQ(refusal({"--list", "coffee"}), "--list takes no demo");
}

TEST(CommandLineTest, Help_NamesEveryOptionAndShowsExamples) {
  for (const Words& words : {Words{"--help"}, Words{"-h"}, Words{"coffee", "--help"},
                             Words{"--speed", "0", "--help"}, Words{"--help", "nonsense", "--nonsense"}}) {
    const CapturedLines out;
    const auto line = read(words);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error(), 0);
    const std::string text = out.text();
    for (const char* part : {"DEMO", "--list", "--speed N", "--paused", "--seed N", "--quiet", "--when",
                             "--interactive", "--placeholders", "--no-color", "--version", "-h,--help",
                             "--requests N", "how many are sent (4000)", "Examples:", "ch02_futures coffee\n",
                             "ch02_futures coffee --speed 1\n"}) {
      EXPECT_THAT(text, HasSubstr(part));
    }
    EXPECT_FALSE(text.ends_with("\n\n"));
    for (const std::string& printed : out.lines()) EXPECT_LE(printed.size(), 110U) << printed;
  }
}

TEST(CommandLineTest, Version_NamesTheProgram) {
  const CapturedLines out;
  const auto line = read({"coffee", "--version"});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error(), 0);
  EXPECT_TRUE(out.text().starts_with("ch02_futures ")) << out.text();
  EXPECT_EQ(out.lines().size(), 1U);
}

TEST(CommandLineDeathTest, CountThatTheChapterDoesNotHave_IsAFaultOfTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH((void)Options{}.count("guests"), "the chapter has no count of this name");
  EXPECT_DEATH((void)Options{}.text("url"), "the chapter has no text of this name");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
