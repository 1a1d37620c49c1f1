// s3_build_option.cpp -- the one file that is compiled in two ways. tests/ links each of them.
#include "ch09_patterns/s3_build_option.hpp"

#include <utility>

#include "ch09_patterns/s3_greeting.hpp"
#include "ch09_patterns/s3_logging_future.hpp"

namespace ch09 {
namespace {

#ifdef CH09_LOGGING_DECORATOR
constexpr bool kDecorated = true;
using Hello = ExcitedGreeting<HelloWorld>;
template <Future F>
auto decorated(F future) {
  return LoggingFuture(std::move(future));
}
#else
constexpr bool kDecorated = false;
using Hello = HelloWorld;
template <Future F>
F decorated(F future) {
  return future;
}
#endif

Async<std::string> my_async_function() { co_return "Result of async computation"; }

}  // namespace

bool has_logging_decorator() { return kDecorated; }

std::string configured_greeting() {
  const Hello hello;
  return hello.greet();
}

Async<std::string> configured_function() {
  auto future = decorated(my_async_function());
  auto result = co_await std::move(future);
  co_return result;
}

}  // namespace ch09
