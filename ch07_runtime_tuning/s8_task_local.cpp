// s8_task_local.cpp -- the demo of 7.8: task-local values of two tasks in turns on one thread.
#include "ch07_runtime_tuning/s8_task_local.hpp"

#include <algorithm>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

Async<bool> two_requests() {
  auto first = spawn(request.scope("first", work()));
  auto second = spawn(request.scope("second", work()));
  const auto one = co_await first;
  const auto two = co_await second;
  println("one task:   ", joined(*one));
  println("the other:  ", joined(*two));
  println("no scope:   ", whose());
  const std::string child = co_await request.scope("third", spawn_from_within());
  println("a task that is spawned in a scope: ", child);
  const std::string sync = request.sync_scope("fourth", whose);
  println("sync_scope: ", sync);
  co_return std::ranges::count(*one, "first") == 3 && std::ranges::count(*two, "second") == 3 &&
      whose() == "nobody's" && child == "nobody's" && sync == "fourth";
}

}  // namespace

bool task_local_demo(const demo::Options&) {
  const demo::WaitingFor waiting("two requests");
  return run_async_main(two_requests, RuntimeFlavor::current_thread);
}

}  // namespace ch07
