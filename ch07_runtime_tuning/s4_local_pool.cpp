// s4_local_pool.cpp -- the demos of 7.4: the book's four printouts.
//
// The book's main is a coroutine on a current-thread runtime, which awaits the three tasks; so is this one.
// With three threads it is luck which of them is first: that printout is compared as a set of lines. That all
// three have begun before the first one counts is no luck here: they wait for each other (Gate).
#include "ch07_runtime_tuning/s4_local_pool.hpp"

#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {
namespace {

using demo::println;

constexpr const char* kNames[] = {"", "one", "two", "three"};

// A lambda would do. But what it captures must live as long as its coroutine, and a
// function's arguments always do.
template <class Body>
Async<int> say_name_then(int number, Body body) {
  println(kNames[number]);
  co_return co_await body(number);
}

// `spawn(number)` starts the task of this number.
template <class Spawn>
bool run_three(Spawn spawn) {
  const demo::WaitingFor waiting("three tasks on a local pool");
  auto all = [spawn]() -> Async<int> {
    auto one = spawn(1);
    auto two = spawn(2);
    auto three = spawn(3);
    co_return co_await sum_of(std::move(one), std::move(two), std::move(three));
  };
  const int result = run_async_main(all, RuntimeFlavor::current_thread);
  println("result: ", result);
  return result == 6;
}

}  // namespace

bool pool_of_one_demo(const demo::Options&) {
  const LocalPoolHandle pool(1);
  return run_three([&pool](int number) {
    return pool.spawn_pinned([number] { return say_name_then(number, something); });
  });
}

bool pool_of_three_demo(const demo::Options&) {
  const LocalPoolHandle pool(3);
  Gate all_have_begun;
  const auto wait_then_count = [&all_have_begun](int number) {
    all_have_begun.come();
    return something(number);
  };
  base::Thread opens([&all_have_begun] {
    all_have_begun.wait_for(3);
    all_have_begun.open();
  });
  return run_three([&](int number) {
    return pool.spawn_pinned([number, wait_then_count] { return say_name_then(number, wait_then_count); });
  });
}

bool pool_index_demo(const demo::Options&) {
  const LocalPoolHandle pool(3);
  return run_three([&pool](int number) {
    return pool.spawn_pinned_by_idx([number] { return say_name_then(number, something); }, 0);
  });
}

bool pool_async_sleep_demo(const demo::Options&) {
  const LocalPoolHandle pool(3);
  return run_three([&pool](int number) {
    return pool.spawn_pinned_by_idx([number] { return say_name_then(number, something_async); }, 0);
  });
}

}  // namespace ch07
