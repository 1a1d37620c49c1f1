// s8_join_set.cpp -- the demo of 7.8 about JoinSet: results in the order in which the tasks finish.
#include "ch07_runtime_tuning/s8_join_set.hpp"

#include <array>
#include <string>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/join_set.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/notify.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;

Async<std::string> wait_then(Notify& turn, std::string name) {
  co_await turn.notified();
  co_return name;
}

// Each is let go when the one before it has been given out: the order is no matter of luck.
Async<bool> in_order_of_completion() {
  std::array<Notify, 3> turns;
  JoinSet<std::string> set;
  set.spawn(wait_then(turns[0], "coffee"));
  set.spawn(wait_then(turns[1], "toast"));
  set.spawn(wait_then(turns[2], "tea"));
  println("spawned: coffee, toast, tea");
  std::string order;
  for (const std::size_t next : {2u, 0u, 1u}) {
    turns[next].notify_one();
    const auto done = co_await set.join_next();
    order += (order.empty() ? "" : ", ") + done->value();
  }
  const auto none = co_await set.join_next();
  println("finished: ", order, "; and then there is ", none ? "one more" : "nothing left");
  co_return order == "tea, coffee, toast" && !none;
}

Async<int> doubled(int number) {
  co_await sleep(100ms);
  co_return 2 * number;
}

Async<bool> abort_the_rest() {
  Notify never;
  JoinSet<std::string> set;
  for (int i = 0; i < 3; ++i) set.spawn(wait_then(never, "never"));
  set.abort_all();
  int cancelled = 0;
  while (!set.is_empty()) {
    const auto next = co_await set.join_next();
    if (!*next && next->error().is_cancelled()) ++cancelled;
  }
  println("abort_all: ", cancelled, " of 3 were cancelled");
  co_return cancelled == 3;
}

Async<bool> all_three() {
  bool kept = co_await in_order_of_completion();
  const Doubled hundred = co_await doubled_by_tasks(100);
  println("All tasks completed: ", hundred.results, " results, sum ", hundred.sum);
  kept &= hundred.results == 100 && hundred.sum == 9900;
  kept &= co_await abort_the_rest();
  co_return kept;
}

}  // namespace

Async<Doubled> doubled_by_tasks(int count) {
  JoinSet<int> set;
  for (int i = 0; i < count; ++i) set.spawn(doubled(i));
  const auto all = co_await set.join_all();
  Doubled doubled_ones;
  doubled_ones.results = all.value().size();
  for (const int each : *all) doubled_ones.sum += each;
  co_return doubled_ones;
}

bool join_set_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the tasks of a set");
  return run_async_main(all_three);
}

}  // namespace ch07
