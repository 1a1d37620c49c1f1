// demo_test.cpp -- what run_demos does with a demo: its clock, its output, its exit code.
#include "common/demo/demo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/thread.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/demo/println.hpp"
#include "common/demo/tests/captured_stderr.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/system_clock.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

struct Ended {
  int code;
  std::string out;
  std::string err;
};

bool sleeps(const Options&) {
  const Instant begin = now();
  blocking_sleep(36s);
  println("slept until ", (now() - begin).count(), " from ", begin.time_since_epoch().count());
  return true;
}
bool prints_in_a_thread(const Options&) {
  println("one");
  base::Thread thread("a-very-long-thread-name", [] { println("two\n\nfour"); });
  return true;
}
bool prints_in_a_bystander(const Options&) {
  blocking_sleep(36s);
  base::Thread thread(base::Bystander{}, [] { println("by"); });
  return true;
}
bool breaks(const Options&) {
  println("about to break");
  return false;
}
bool throws(const Options&) { throw std::runtime_error("the milk is gone"); }
bool throws_a_number(const Options&) { throw 42; }
bool says_its_options(const Options& options) {
  println(options.speed, ' ', options.seed, ' ', options.interactive, ' ', options.placeholders);
  return true;
}

constexpr Demo kGood[] = {{"sleeps", "0.1", "sleeps an hour", sleeps},
                          {"thread", "0.2", "prints in a thread", prints_in_a_thread},
                          {"options", "0.3", "says its options", says_its_options}};
constexpr Demo kBystander[] = {{"bystander", "0.1", "prints in a bystander", prints_in_a_bystander}};
constexpr Demo kBad[] = {{"sleeps", "0.1", "sleeps an hour", sleeps},
                         {"breaks", "0.2", "breaks", breaks},
                         {"throws", "0.3", "throws", throws},
                         {"number", "0.4", "throws a number", throws_a_number},
                         {"thread", "0.5", "prints in a thread", prints_in_a_thread}};

Ended run(std::span<const Demo> demos, std::vector<const char*> words) {
  words.insert(words.begin(), "as-typed");
  const CapturedLines out;
  CapturedStderr err;
  const int code =
      run_demos({"ch00_sample", "a sample", demos}, static_cast<int>(words.size()), words.data());
  return {code, out.text(), err.text()};
}

TEST(RunDemosTest, KeptPromise_EndsWithZero) {
  const Ended ended = run(kGood, {"sleeps", "--paused"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "slept until 36000000000 from 0\n");
  EXPECT_EQ(ended.err, "");
}

TEST(RunDemosTest, BrokenPromise_EndsWithOneAndSaysSo) {
  const Ended ended = run(kBad, {"breaks"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "about to break\n");
  EXPECT_EQ(ended.err, "breaks: what this demo promises did not happen\n");
}

TEST(RunDemosTest, ExceptionThatLeavesADemo_EndsWithOneAndItsText) {
  const Ended ended = run(kBad, {"throws"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.err, "error: the milk is gone\n");
  const Ended number = run(kBad, {"number"});
  EXPECT_EQ(number.code, 1);
  EXPECT_EQ(number.err, "error: number threw something that is no std::exception\n");
}

TEST(RunDemosTest, Options_ReachTheDemo) {
  EXPECT_EQ(run(kGood, {"options"}).out, "10 1 false false\n");
  EXPECT_EQ(run(kGood, {"options", "--speed", "3", "--seed", "9", "--interactive", "--placeholders"}).out,
            "3 9 true true\n");
}

TEST(RunDemosTest, Speed_DividesTheWaits) {
  const auto begin = std::chrono::steady_clock::now();
  const Ended ended = run(kGood, {"sleeps", "--speed", "1000"});
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(ended.code, 0);
  EXPECT_GE(took, 36ms);
  EXPECT_LT(took, 1h);
}

TEST(RunDemosTest, ClockAroundADemo_IsGoneAfterIt) {
  const PausedClock mine;
  EXPECT_EQ(run(kGood, {"sleeps", "--paused"}).code, 0);
  EXPECT_EQ(&Clock::current(), &mine);
  EXPECT_EQ(now(), Instant(0s));
}

TEST(RunDemosTest, Quiet_PrintsNothingOnStdout) {
  EXPECT_EQ(run(kGood, {"sleeps", "--paused", "--quiet"}).out, "");
  const Ended all = run(kGood, {"all", "--paused", "--quiet"});
  EXPECT_EQ(all.code, 0);
  EXPECT_EQ(all.out + all.err, "");
  const Ended broken = run(kBad, {"breaks", "--quiet"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_EQ(broken.out, "");
  EXPECT_EQ(broken.err, "breaks: what this demo promises did not happen\n");
}

TEST(RunDemosTest, When_PutsTheTimeAndTheThreadBeforeEachLine) {
  EXPECT_EQ(run(kGood, {"thread", "--paused", "--when"}).out,
            "   0.000 main       one\n"
            "   0.000 a-very-long-thread-name two\n"
            "   0.000 a-very-long-thread-name \n"
            "   0.000 a-very-long-thread-name four\n");
  EXPECT_EQ(run(kGood, {"sleeps", "--paused", "--when"}).out,
            "  36.000 main       slept until 36000000000 from 0\n");
}

TEST(RunDemosTest, WhenInAThreadThatTakesNoPart_IsTheDemosTimeAllTheSame) {
  EXPECT_EQ(run(kBystander, {"bystander", "--paused", "--when"}).out, "  36.000 main       by\n");
}

TEST(RunDemosTest, WhenOnAClockThatRuns_HasAPlaceholder) {
  EXPECT_EQ(run(kGood, {"options", "--when", "--placeholders"}).out, "     <s> main       10 1 false true\n");
}

TEST(RunDemosTest, All_RunsEachOnAClockOfItsOwnUnderAHeading) {
  const Ended ended = run(kGood, {"all", "--paused"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "== sleeps (0.1): sleeps an hour\n"
            "slept until 36000000000 from 0\n"
            "\n"
            "== thread (0.2): prints in a thread\n"
            "one\n"
            "two\n"
            "\n"
            "four\n"
            "\n"
            "== options (0.3): says its options\n"
            "1 1 false false\n"
            "\n"
            "all did what they promise\n");
  EXPECT_EQ(ended.err, "");
}

TEST(RunDemosTest, AllWithSomeThatFail_GoesOnAndEndsWithTheWorst) {
  const Ended ended = run(kBad, {"all", "--paused"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("== thread (0.5): prints in a thread\none\n"));
  EXPECT_TRUE(ended.out.ends_with("\nnot as promised: breaks, throws, number\n")) << ended.out;
}

TEST(RunDemosTest, TableWithoutDemos_IsListedAndHasNothingToRun) {
  EXPECT_EQ(run({}, {}).code, 0);
  EXPECT_EQ(run({}, {"--list"}).out, "");
  EXPECT_EQ(run({}, {"--help"}).code, 0);
  EXPECT_EQ(run({}, {"anything"}).code, 2);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
