// s2_idle.cpp -- the demo of 7.2 about idle runtimes: three of them, and no CPU time.
#include "ch07_runtime_tuning/s2_idle.hpp"

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {

using namespace std::chrono_literals;
using demo::println;

bool idle_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the workers to have nothing to do");
  const SystemClock real_time;
  const Builder builder = Builder::new_multi_thread().worker_threads(4).enable_all();
  const Runtime runtimes[] = {builder.build(), builder.build(), builder.build()};
  const IdleCost cost = watch_idle(runtimes, 500ms);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(cost.cpu).count();
  println("three runtimes with four workers each, for half a second of real time");
  println("CPU time: ", demo::shown(options, ms, "<ms>"), " ms, near 0: ", demo::yes_or_no(cost.cpu < 25ms));
  println("a worker woke up: ", cost.wakes, " times");
  return cost.cpu < 25ms && cost.wakes == 0;
}

}  // namespace ch07
