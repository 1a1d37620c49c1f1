// s5_reference_held.cpp -- the demo of 7.5: an await in the wrong place, and lost additions.
#include "ch07_runtime_tuning/s5_reference_held.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"
#include "common/runtime/local_pool.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

// Two tasks of one thread, each adding a thousand times, in turns.
template <class Add, class Data>
Async<> add_twice_at_once(Add add, Data& data) {
  auto one = spawn(add(data, 1000));
  auto two = spawn(add(data, 1000));
  const auto first = co_await one;
  const auto second = co_await two;
  for (const auto* result : {&first, &second}) {
    if (!*result) result->error().rethrow();
  }
}

}  // namespace

bool reference_held_demo(const demo::Options&) {
  const demo::WaitingFor waiting("two tasks to add");
  const LocalPoolHandle pool(1);
  int right = 0, wrong = 0;
  BorrowCell<int> checked(0);
  const auto run = [&pool](auto add, auto& data) {
    return block_on(pool.spawn_pinned([add, &data] { return add_twice_at_once(add, data); }));
  };
  (void)run(add_and_yield, right);
  println("two tasks on one thread, a thousand additions each: ", right);
  (void)run(add_over_a_yield, wrong);
  println("the same, with an await between reading and writing: ", wrong);
  const auto refused = run(add_while_borrowed, checked);
  println("the same, with a cell that is told who uses it: ",
          refused ? "not found" : refused.error().message());
  return right == 2000 && wrong == 1000 && !refused;
}

}  // namespace ch07
