// bench_test.cpp -- the program bench as a child: what each workload prints, bad usage, and that echo answers.
#include <array>
#include <cctype>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/bench/workload.hpp"
#include "common/demo/tests/child.hpp"
#include "common/io/tcp_stream.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using demo::Child;
using ::testing::DoubleNear;
using ::testing::ElementsAreArray;
using ::testing::ExitedWithCode;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

constexpr int kWrongResult = 2;
constexpr int kBadUsage = 64;

Child::Ended run(Words words) {
  words.insert(words.begin(), BENCH);
  return Child(std::move(words)).end();
}

// What stands in the line, in its order: {"key":value,...}, where no value has a comma in it.
std::vector<std::pair<std::string, std::string>> members_of(const std::string& line) {
  std::vector<std::pair<std::string, std::string>> members;
  if (!line.starts_with('{') || !line.ends_with("}\n")) return members;
  std::string rest = line.substr(1, line.size() - 3) + ',';
  for (std::size_t comma = 0; (comma = rest.find(',')) != rest.npos; rest.erase(0, comma + 1)) {
    const std::string member = rest.substr(0, comma);
    const std::size_t colon = member.find(':');
    if (colon == member.npos || colon < 2) return {};
    members.emplace_back(member.substr(1, colon - 2), member.substr(colon + 1));
  }
  return members;
}

Words keys_of(const std::string& line) {
  Words keys;
  for (const auto& [key, value] : members_of(line)) keys.push_back(key);
  return keys;
}

std::string value_of(const std::string& line, const std::string& wanted) {
  for (const auto& [key, value] : members_of(line)) {
    if (key == wanted) return value;
  }
  ADD_FAILURE() << "no " << wanted << " in " << line;
  return "0";
}

double number_of(const std::string& line, const std::string& wanted) {
  return std::stod(value_of(line, wanted));
}

// ---- each workload -----------------------------------------------------------------------------------------

struct Case {
  Case(std::string workload_, Words options_, Words extra_keys_)
      : workload(std::move(workload_)), options(std::move(options_)), extra_keys(std::move(extra_keys_)) {}

  std::string workload;
  Words options;
  Words extra_keys;
};

void PrintTo(const Case& given, std::ostream* out) {
  *out << given.workload;
  for (const std::string& word : given.options) *out << ' ' << word;
}

std::vector<Case> cases() {
  return {
      Case("spawn_join", {"--n", "1000"}, {}),
      Case("spawn_external", {"--n", "1000"}, {}),
      Case("yield_now", {"--n", "1000", "--tasks", "10"}, {}),
      Case("ping_pong", {"--n", "1000", "--pairs", "10"}, {}),
      Case("mpsc_bounded", {"--n", "1000"}, {"producers"}),
      Case("mpsc_bounded", {"--n", "1000", "--producers", "4", "--capacity", "3"}, {"producers"}),
      Case("mpmc_unbounded_threads", {"--n", "1000"}, {"producers", "consumers"}),
      Case("mpmc_unbounded_threads", {"--n", "1000", "--producers", "2", "--consumers", "2"},
           {"producers", "consumers"}),
      Case("oneshot", {"--n", "1000"}, {}),
      Case("mutex", {"--n", "1000"}, {}),
      Case("actor", {"--n", "1000"}, {}),
      Case("timers_sleep", {"--n", "20"}, {"p50_late_us", "p99_late_us", "max_late_us", "early"}),
      Case("timers_cancel", {"--n", "1000"}, {}),
      Case("idle_mem_sleep", {"--n", "1000"}, {"bytes_per_task"}),
      Case("idle_mem_recv", {"--n", "1000"}, {"bytes_per_task"}),
  };
}

class EachWorkload : public ::testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] static Child::Ended run_with(Words more) {
    Words words = {GetParam().workload};
    words.insert(words.end(), GetParam().options.begin(), GetParam().options.end());
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }
};

TEST_P(EachWorkload, PrintsOneLineWithTheKeysThatAllProgramsHave) {
  const auto ended = run_with({"--peer", "async-cpp"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  Words keys = {"workload", "peer", "n", "threads", "seconds", "ops_per_s", "cpu_seconds", "max_rss_kib"};
  keys.insert(keys.end(), GetParam().extra_keys.begin(), GetParam().extra_keys.end());
  EXPECT_THAT(keys_of(ended.out), ElementsAreArray(keys)) << ended.out;
  EXPECT_EQ(value_of(ended.out, "workload"), '"' + GetParam().workload + '"');
  EXPECT_EQ(value_of(ended.out, "peer"), "\"async-cpp\"");
  EXPECT_EQ(value_of(ended.out, "n"), GetParam().options[1]);
  EXPECT_GT(number_of(ended.out, "seconds"), 0);
  EXPECT_GT(number_of(ended.out, "max_rss_kib"), 500);
}

class EachOfARuntime : public EachWorkload {};

TEST_P(EachOfARuntime, HasTheSameResultOnTwoWorkerThreads) {
  const auto ended = run_with({"--threads", "2"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(value_of(ended.out, "threads"), "2");
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.workload;
  for (const std::string& word : info.param.options) {
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) name += '_' + word;
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(BenchTest, EachWorkload, ::testing::ValuesIn(cases()), name_of);

std::vector<Case> cases_of_a_runtime() {
  auto some = cases();
  std::erase_if(some, [](const Case& each) { return each.workload == "mpmc_unbounded_threads"; });
  return some;
}
INSTANTIATE_TEST_SUITE_P(BenchTest, EachOfARuntime, ::testing::ValuesIn(cases_of_a_runtime()), name_of);

TEST(BenchTest, WhatDoesNotDivideIsLeftOut_AndNotCounted) {
  const auto ended = run({"yield_now", "--n", "1999", "--tasks", "1000"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  // The line rounds both factors.
  EXPECT_THAT(number_of(ended.out, "ops_per_s") * number_of(ended.out, "seconds"), DoubleNear(1000, 100));
}

TEST(BenchTest, NoSleepEndsEarly) {
  const auto ended = run({"timers_sleep", "--n", "200"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(value_of(ended.out, "early"), "0");
  EXPECT_LE(number_of(ended.out, "p50_late_us"), number_of(ended.out, "p99_late_us"));
  EXPECT_LE(number_of(ended.out, "p99_late_us"), number_of(ended.out, "max_late_us"));
}

TEST(BenchTest, ATaskThatWaitsTakesMemory) {
  const auto ended = run({"idle_mem_recv", "--n", "10000"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(number_of(ended.out, "bytes_per_task"), Ge(100));
}

// ---- echo --------------------------------------------------------------------------------------------------

Async<std::string> say_and_listen(std::string address, std::string text) {
  auto stream = co_await TcpStream::connect(address);
  if (!stream) co_return stream.error().message();
  const auto sent = co_await stream->write_all(text);
  if (!sent) co_return sent.error().message();
  std::string answer(text.size(), '\0');
  const auto got = co_await stream->read_exact(std::as_writable_bytes(std::span(answer)));
  co_return got ? answer : got.error().message();
}

class Echo : public ::testing::TestWithParam<const char*> {};

TEST_P(Echo, SaysItsPortAndSendsBackWhatItGets) {
  const Deadline deadline("echo answers");
  Child server({BENCH, "echo", "--peer", "any", "--n", "0", "--threads", GetParam()});
  const std::string line = server.read_one_line_and_hang_up();
  ASSERT_THAT(line, StartsWith("PORT "));
  const std::string address = "127.0.0.1:" + line.substr(5);
  EXPECT_EQ(block_on(say_and_listen(address, "hello")), "hello");
  const std::string longer_than_its_buffer(100'000, 'x');
  EXPECT_EQ(block_on(say_and_listen(address, longer_than_its_buffer)), longer_than_its_buffer);
}
INSTANTIATE_TEST_SUITE_P(BenchTest, Echo, ::testing::Values("1", "2"));

// ---- what is refused ---------------------------------------------------------------------------------------

void expect_bad_usage(Words words, const char* what_it_says) {
  const auto ended = run(std::move(words));
  EXPECT_EQ(ended.code, kBadUsage);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr(what_it_says));
  EXPECT_THAT(ended.err, HasSubstr("try: bench --help"));
}

TEST(BenchTest, BadUsage_IsToldWhatIsAllowed) {
  expect_bad_usage({}, "one of: spawn_join, spawn_external, yield_now");
  expect_bad_usage({"spawn"}, "one of: spawn_join");
  expect_bad_usage({"spawn_join", "--tasks", "3"},
                   "not an option of spawn_join: --tasks; it takes --n, --threads, --peer\n");
  expect_bad_usage({"yield_now", "--task", "3"},
                   "not an option of yield_now: --task; it takes --n, --threads, --peer, --tasks\n");
  expect_bad_usage({"spawn_join", "--n"}, "--n needs a value");
  expect_bad_usage({"spawn_join", "--peer"}, "--peer needs a value");
  expect_bad_usage({"spawn_join", "--n", "0"}, "--n is a number from 1 to 1000000000, not '0'");
  expect_bad_usage({"spawn_join", "--n", "1e6"}, "not '1e6'");
  expect_bad_usage({"spawn_join", "--n", "-1"}, "not '-1'");
  expect_bad_usage({"spawn_join", "--n", ""}, "not ''");
  expect_bad_usage({"spawn_join", "--n", "99999999999999999999999"}, "--n is a number from 1 to 1000000000");
  expect_bad_usage({"spawn_join", "--threads", "1025"}, "--threads is a number from 1 to 1024");
  expect_bad_usage({"echo", "--threads", "0"}, "--threads is a number from 1 to 1024");
  expect_bad_usage({"mpsc_bounded", "--capacity", "0"}, "--capacity is a number from 1");
}

TEST(BenchTest, LessThanOneOperationEach_IsBadUsage) {
  expect_bad_usage({"yield_now", "--n", "9", "--tasks", "10"}, "--n must be at least --tasks, here 10");
  expect_bad_usage({"ping_pong", "--n", "99"}, "--n must be at least --pairs, here 100");
  expect_bad_usage({"mpsc_bounded", "--n", "1", "--producers", "2"}, "at least --producers, here 2");
}

TEST(BenchTest, ThreadsThatAreNotThoseOfTheEnds_AreBadUsage) {
  expect_bad_usage({"mpmc_unbounded_threads", "--threads", "2", "--producers", "2"},
                   "--producers and --consumers together, here 3");
}

TEST(BenchTest, Help_NamesEveryWorkload) {
  const auto ended = run({"--help"});
  EXPECT_EQ(ended.code, 0);
  for (const Case& each : cases()) EXPECT_THAT(ended.out, HasSubstr("  " + each.workload + " "));
  EXPECT_THAT(ended.out, HasSubstr("  echo "));
}

TEST(BenchTest, WhatCannotBeWritten_IsAFailureThatSaysWhy) {
  for (const Words& words : {Words{"spawn_join", "--n", "10"}, Words{"--help"}, Words{"echo"}}) {
    Words command = {BENCH};
    command.insert(command.end(), words.begin(), words.end());
    const auto ended = Child(std::move(command), Child::Setup{.out = Child::Stdout::full_disk}).end();
    EXPECT_EQ(ended.code, 1) << words.front();
    EXPECT_EQ(ended.err, "bench: what it prints could not be written: No space left on device\n");
  }
}

// ---- the check of the result -------------------------------------------------------------------------------

TEST(BenchDeathTest, AWrongResult_EndsWith2AndSaysWhatWasExpected) {
  EXPECT_EXIT(check_result("the sum", 3, 4), ExitedWithCode(kWrongResult), "the sum is 3, and should be 4");
  check_result("the sum", 4, 4);
}

TEST(BenchTest, SumBelow_IsTheSumAndWraps) {
  EXPECT_EQ(sum_below(0), 0U);
  EXPECT_EQ(sum_below(1), 0U);
  EXPECT_EQ(sum_below(2), 1U);
  EXPECT_EQ(sum_below(5), 10U);
  EXPECT_EQ(sum_below(1'000'000), 499'999'500'000U);
  // 2^33 * (2^33 - 1) / 2 = 2^65 - 2^32
  EXPECT_EQ(sum_below(std::uint64_t{1} << 33), std::uint64_t{0} - (std::uint64_t{1} << 32));
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::bench
