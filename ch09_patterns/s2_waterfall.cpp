// s2_waterfall.cpp -- the blocks, the chain that branches, and the demos of 9.2.
#include "ch09_patterns/s2_waterfall.hpp"

#include <charconv>
#include <stdexcept>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch09_patterns/demos.hpp"

namespace ch09 {
namespace {

using demo::println;

Async<WaterfallResult> broken_task2(std::string) { co_return std::unexpected("task 2 has failed"); }

// No coroutine: it speaks when it is called.
Async<WaterfallResult> task3_that_tells(std::string input) {
  println("  task 3 was called");
  return task3(std::move(input));
}

std::string told(const WaterfallResult& result) { return result ? *result : "error: " + result.error(); }

}  // namespace

Async<WaterfallResult> task1() { co_return "Task 1 completed"; }
Async<WaterfallResult> task2(std::string input) { co_return std::move(input) + ", then Task 2 completed"; }
Async<WaterfallResult> task3(std::string input) {
  co_return std::move(input) + ", and finally Task 3 completed";
}

Async<NumberResult> number_of(std::string text) {
  println("  task 1 reads '", text, "'");
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    co_return std::unexpected("'" + text + "' is no whole number that fits into an int");
  }
  co_return number;
}

Async<NumberResult> halved(int number) {
  println("  task 2 halves ", number);
  if (number % 2 != 0) co_return std::unexpected(std::to_string(number) + " is odd and has no half");
  co_return number / 2;
}

Async<NumberResult> doubled(int number) {
  println("  task 3 doubles ", number);
  int twice = 0;
  if (__builtin_mul_overflow(number, 2, &twice)) {
    co_return std::unexpected("twice " + std::to_string(number) + " does not fit into an int");
  }
  co_return twice;
}

Async<NumberResult> branching(std::string text) {
  auto output1 = co_await number_of(std::move(text));
  if (!output1) co_return output1;
  // One of the two is made, and so only one is ever there.
  auto output2 = *output1 > 10 ? halved(*output1) : doubled(*output1);
  auto result = co_await std::move(output2);
  co_return result;
}

bool waterfall_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a chain of three tasks");
  const auto result = run_async_main(straight(task1(), task2, task3), RuntimeFlavor::current_thread);
  println(told(result));
  const auto same = run_async_main(chained(task1(), task2, task3), RuntimeFlavor::current_thread);
  println("by and_then: ", same == result ? "the same" : told(same));

  println("task 2 fails:");
  const auto broken =
      run_async_main(straight(task1(), broken_task2, task3_that_tells), RuntimeFlavor::current_thread);
  println("  ", told(broken));
  return result == "Task 1 completed, then Task 2 completed, and finally Task 3 completed" &&
         same == result && !broken;
}

bool branching_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a chain that branches");
  const auto run = [](const std::string& text) {
    println("with ", text, ":");
    auto result = run_async_main(branching(text), RuntimeFlavor::current_thread);
    if (result) println("  ", *result);
    return result;
  };
  if (const std::string& own = options.text("number"); !own.empty()) {
    const auto result = run(own);
    if (!result) throw std::runtime_error("--number: " + result.error());
    return true;
  }
  const bool large = run("42") == 21;
  const bool small = run("7") == 14;
  bool stopped = true;
  for (const char* bad : {"13", "twelve"}) {
    const auto result = run(bad);
    stopped = stopped && !result;
    if (!result) println("  error: ", result.error());
  }
  return large && small && stopped;
}

}  // namespace ch09
