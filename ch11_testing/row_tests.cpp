// row_tests.cpp -- the program that runs a row's tests, and the one that starts it.
#include "ch11_testing/row_tests.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "common/demo/output.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/io/process.hpp"
#include "common/runtime/run_async_main.hpp"

namespace ch11 {
namespace {

using demo::println;

// What a test prints stands below its name.
class Indented : public demo::Output {
 public:
  Indented() : to_(demo::current_output()) {}
  void write_line(std::string_view line) override { to_.write_line("  " + std::string(line)); }

 private:
  demo::Output& to_;
};

// Instead of GoogleTest's own: the same lines at every run.
class ShortPrinter : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo& test) override {
    println(test.test_suite_name(), ".", test.name());
    inside_.emplace();
    installed_.emplace(*inside_);
  }
  void OnTestPartResult(const ::testing::TestPartResult& part) override {
    if (!part.failed()) return;
    println(part.file_name() == nullptr ? "?" : part.file_name(), ":", part.line_number(), ": ",
            part.message());
  }
  void OnTestEnd(const ::testing::TestInfo&) override {
    installed_.reset();
    inside_.reset();
  }
  void OnTestProgramEnd(const ::testing::UnitTest& all) override {
    println(all.successful_test_count(), " of ", all.test_to_run_count(), " tests passed");
  }

  std::optional<Indented> inside_;
  std::optional<demo::InstalledOutput> installed_;
};

// "--tasks=5"
std::optional<std::size_t> number_of(std::string_view word, std::string_view name) {
  if (!word.starts_with(name)) return std::nullopt;
  word.remove_prefix(name.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

int misused(std::string_view why) {
  std::fprintf(stderr, "--row-tests: %.*s\nusage: --row-tests FILTER [--placeholders] [--tasks=N]\n",
               static_cast<int>(why.size()), why.data());
  return 2;
}

// Prints the lines of the other program as they come, and gives its end.
Async<IoResult<ExitStatus>> run_again(std::vector<std::string> words) {
  auto child = Command("/proc/self/exe")
                   .args(words)
                   .stdin_(Stdio::null())
                   .stdout_(Stdio::piped())
                   .kill_on_drop(true)
                   .spawn();
  if (!child) throw std::runtime_error("cannot run the tests of this row: " + child.error().message());
  PipeReader out = child->take_stdout().value();
  std::string text;
  std::array<std::byte, 4096> buffer{};
  for (;;) {
    const auto count = co_await out.read(buffer);
    if (!count || *count == 0) break;
    text.append(reinterpret_cast<const char*>(buffer.data()), *count);
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
      println(std::string_view(text).substr(0, end));
      text.erase(0, end + 1);
    }
  }
  if (!text.empty()) println(text);
  co_return co_await child->wait();
}

}  // namespace

RowOptions& row_options() {
  static RowOptions options;
  return options;
}

std::optional<int> run_row_tests(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "--row-tests") return std::nullopt;
  if (argc < 3) return misused("the filter is missing");
  for (int i = 3; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--placeholders") {
      row_options().placeholders = true;
    } else if (const auto tasks = number_of(word, "--tasks="); tasks && *tasks > 0) {
      row_options().tasks = *tasks;
    } else {
      return misused("not understood: " + std::string(word));
    }
  }
  int one = 1;
  ::testing::InitGoogleMock(&one, argv);
  ::testing::GTEST_FLAG(filter) = argv[2];
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());  // SAFETY: given back by its owner
  listeners.Append(new ShortPrinter);                            // SAFETY: GoogleTest deletes it
  const int code = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() == 0) return misused("no test fits the filter");
  return code;
}

bool run_tests_of(const std::string& filter, const demo::Options& options) {
  // Longer than what the tests have themselves: those say what stands still.
  const demo::WaitingFor waiting("the tests " + filter, std::chrono::minutes(6));
  std::vector<std::string> words{"--row-tests", filter, "--tasks=" + std::to_string(options.count("tasks"))};
  if (options.placeholders) words.emplace_back("--placeholders");
  const auto status = run_async_main(run_again(std::move(words)), RuntimeFlavor::current_thread);
  if (!status) throw std::runtime_error("the tests " + filter + ": " + status.error().message());
  const int kFailed = 1, kStoodStill = 3;
  if (!status->success() && status->code() != kFailed) {
    std::fflush(stdout);
    std::fprintf(stderr, "the tests %s ended early: %s\n", filter.c_str(), status->to_string().c_str());
    if (status->code() == kStoodStill) std::_Exit(kStoodStill);
  }
  return status->success();
}

void print_waiting(const AsyncOutcome& outcome) {
  demo::Options options;
  options.placeholders = row_options().placeholders;
  for (std::size_t i = 0; i < outcome.tasks.size(); ++i) {
    const auto& places = outcome.tasks[i].places;
    if (places.empty()) continue;
    const std::string_view file = places.front().file_name();
    println("task ", i + 1, " waits at ", file.substr(file.rfind('/') + 1), ":",
            demo::shown(options, places.front().line(), "<line>"));
  }
}

}  // namespace ch11
