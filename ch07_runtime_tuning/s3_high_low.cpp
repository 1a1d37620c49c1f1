// s3_high_low.cpp -- the demo of 7.3: each runtime's tasks run on its own threads alone.
#include "ch07_runtime_tuning/s3_high_low.hpp"

#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;

// Tasks that block `busy`, as many as it has threads; two more for it; and what the idle one makes of that.
bool one_is_blocked(const Runtime& busy, const char* busy_name, const Runtime& idle, const char* idle_name) {
  const std::size_t threads = busy.metrics().workers;
  Gate held, more;
  more.open();
  std::vector<JoinHandle<>> handles;
  for (std::size_t i = 0; i < threads; ++i) handles.push_back(busy.spawn(held.visit()));
  held.wait_for(threads);
  for (int i = 0; i < 2; ++i) handles.push_back(busy.spawn(more.visit()));

  wait_until_idle(idle);
  const auto steals = idle.metrics().steals;
  blocking_sleep(1s);
  const std::size_t begun = more.came();
  println(busy_name, " is blocked, two more ", busy_name, " tasks wait; a second later ", begun,
          " have begun, and ", idle.metrics().idle_workers, " of ", idle.metrics().workers, " ", idle_name,
          " threads are idle");
  const bool not_stolen = begun == 0 && idle.metrics().steals == steals;

  held.open();
  for (auto& handle : handles) (void)block_on(handle);
  bool at_home = true;
  for (const std::string& thread : more.threads()) at_home &= held.threads().contains(thread);
  println("  they ran on ", busy_name, at_home ? " threads alone" : " threads and others");
  return not_stolen && at_home;
}

}  // namespace

bool high_low_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the tasks of both runtimes");
  const HighAndLow runtimes;
  bool kept = true;
  for (const Runtime* runtime : {&runtimes.high, &runtimes.low}) {
    Gate all;
    const std::size_t threads = runtime->metrics().workers;
    std::vector<JoinHandle<>> handles;
    for (std::size_t i = 0; i < threads; ++i) handles.push_back(runtime->spawn(all.visit()));
    all.wait_for(threads);
    all.open();
    for (auto& handle : handles) (void)block_on(handle);
    println(threads, threads == 1 ? " task" : " tasks at once", " on: ", listed(all.threads()));
    kept &= all.threads().size() == threads;
  }
  kept &= one_is_blocked(runtimes.low, "low", runtimes.high, "high");
  return one_is_blocked(runtimes.high, "high", runtimes.low, "low") && kept;
}

}  // namespace ch07
