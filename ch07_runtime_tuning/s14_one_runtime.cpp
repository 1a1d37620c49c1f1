// s14_one_runtime.cpp -- the demo of 7.14: what it costs to build a runtime again and again.
#include "ch07_runtime_tuning/s14_one_runtime.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/runtime/builder.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s14_stopwatch.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<int> number(int i) { co_return i; }

Async<int> work(int i) {
  const auto result = co_await spawn(number(i));
  co_return result.value_or(0);
}

Async<int> all_work(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await work(i);
  co_return sum;
}

}  // namespace

int sum_with_a_runtime_each(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    const Runtime runtime;
    sum += runtime.block_on(work(i));
  }
  return sum;
}

int sum_with_one_runtime(int count) {
  const Runtime runtime;
  return runtime.block_on(all_work(count));
}

bool one_runtime_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("100 pieces of work");
  int of_many = 0, of_one = 0;
  const auto many = real_time_of([&] { of_many = sum_with_a_runtime_each(100); });
  const auto one = real_time_of([&] { of_one = sum_with_one_runtime(100); });
  print_time(options, "100 runtimes:               ", many);
  print_time(options, "one runtime:                ", one);
  print_ratio(options, "the one runtime is faster by ", many, one);
  println("both give ", of_many, " and ", of_one);
  return of_many == 4950 && of_one == 4950;
}

}  // namespace ch07
