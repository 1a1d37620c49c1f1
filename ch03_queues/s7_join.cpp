// s7_join.cpp -- the demo of 3.7: outputs in the order of the arguments, and errors as values.
#include "ch03_queues/s7_join.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/time/sleep.hpp"

#include "ch03_queues/demos.hpp"
#include "ch03_queues/s6_spawn_any.hpp"

namespace ch03 {
namespace {

using namespace std::chrono_literals;
using demo::println;

template <class T>
Async<T> brew(Duration time, T output) {
  co_await sleep(time);
  println("finished: ", output);
  co_return output;
}

Async<int> burn() {
  co_await sleep(1s);
  throw std::runtime_error("the toast is black");
}

std::string shown(const std::expected<int, JoinError>& result) {
  return result ? std::to_string(*result) : "error: " + result.error().message();
}

}  // namespace

bool join_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the tasks that are joined");
  spawn_any::Executor executor;

  auto slow = executor.spawn_task(brew<std::string>(3s, "coffee"));
  auto quick = executor.spawn_task(brew(1s, 2));
  const auto [drink, mugs] = join(std::move(slow), std::move(quick));
  println("join: ", drink, ", ", mugs);

  auto burnt = executor.spawn_task(burn());
  auto fine = executor.spawn_task(brew(2s, 1));
  auto never = executor.spawn_task(pending<int>());
  never.cancel();
  const auto [one, two, three] = try_join(std::move(burnt), std::move(fine), std::move(never));
  println("try_join: ", shown(one), "; ", shown(two), "; ", shown(three));
  return drink == "coffee" && mugs == 2 && !one && two == 1 && !three && three.error().is_cancelled();
}

}  // namespace ch03
