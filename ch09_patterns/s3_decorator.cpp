// s3_decorator.cpp -- the demos of 9.3: a greeting, the build's choice, a future whose polls are logged.
#include <chrono>
#include <cstddef>
#include <string>

#include "common/demo/captured_lines.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/demos.hpp"
#include "ch09_patterns/s3_build_option.hpp"
#include "ch09_patterns/s3_greeting.hpp"
#include "ch09_patterns/s3_logging_future.hpp"

namespace ch09 {
namespace {

using demo::println;
using namespace std::chrono_literals;

constexpr const char* kResult = "Result of async computation";

Async<std::string> computation(int sleeps) {
  for (int i = 0; i < sleeps; ++i) co_await sleep(1s);
  co_return kResult;
}

}  // namespace

bool greeting_demo(const demo::Options& options) {
  const HelloWorld raw;
  const ExcitedGreeting decorated{HelloWorld()};
  println(raw.greet());
  println(decorated.greet());
  println("as this program was built: ", demo::shown(options, configured_greeting(), "<greeting>"));
  const std::string built = has_logging_decorator() ? decorated.greet() : raw.greet();
  return decorated.greet() == raw.greet() + " I'm so excited to be in C++!" && configured_greeting() == built;
}

bool logging_future_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a future that is logged");
  const auto logged = [](int sleeps) {
    const std::string result =
        run_async_main(LoggingFuture(computation(sleeps)), RuntimeFlavor::current_thread);
    println(result);
    return result == kResult;
  };
  const bool at_once = logged(0);
  println("the same with two sleeps in it:");
  const bool slowly = logged(2);

  // What the build has decorated, or not. Its lines are counted here, since no two builds print the same.
  std::size_t lines = 0;
  std::string result;
  {
    const demo::CapturedLines log;
    result = run_async_main(configured_function(), RuntimeFlavor::current_thread);
    lines = log.lines().size();
  }
  println("as this program was built, a function logs ", demo::shown(options, lines, "<n>"), " of its polls");
  return at_once && slowly && result == kResult && lines == (has_logging_decorator() ? 1 : 0);
}

}  // namespace ch09
