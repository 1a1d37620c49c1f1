// s11_missed_ticks.cpp -- the demo of 7.11: burst, delay and skip, as a table of instants.
#include "ch07_runtime_tuning/s11_missed_ticks.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

std::string in_columns(const std::vector<TakenTick>& ticks, milliseconds TakenTick::* what) {
  std::string line;
  for (const TakenTick& tick : ticks) {
    std::string number = std::to_string((tick.*what).count());
    line += std::string(5 - number.size(), ' ') + number;
  }
  return line;
}

}  // namespace

Async<std::vector<TakenTick>> late_worker(MissedTickBehavior rule, int count) {
  const Instant start = now();
  auto every_50_ms = interval(50ms);
  every_50_ms.set_missed_tick_behavior(rule);
  std::vector<TakenTick> ticks;
  for (int i = 0; i < count; ++i) {
    const Instant planned = co_await every_50_ms.tick();
    ticks.emplace_back(std::chrono::duration_cast<milliseconds>(planned - start),
                       std::chrono::duration_cast<milliseconds>(now() - start));
    if (i == 0) co_await sleep(220ms);
  }
  co_return ticks;
}

// Always on a paused clock: a table of instants is only worth something if they are exact.
bool missed_ticks_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the ticks of a late worker");
  const std::pair<const char*, MissedTickBehavior> rules[] = {{"burst", MissedTickBehavior::burst},
                                                              {"delay", MissedTickBehavior::delay},
                                                              {"skip ", MissedTickBehavior::skip}};
  std::vector<milliseconds> sixth;
  println("a tick every 50 ms, and a worker that is busy from 0 to 220 ms");
  for (const auto& [name, rule] : rules) {
    PausedClock clock;
    clock.on_stall(demo::report_stall);
    const auto ticks = run_async_main(late_worker(rule, 7), RuntimeFlavor::current_thread);
    println(name, "  planned", in_columns(ticks, &TakenTick::planned));
    println("       taken  ", in_columns(ticks, &TakenTick::taken));
    sixth.push_back(ticks[5].taken);
  }
  // burst has caught up with its rhythm, delay has a new one, skip is in the old one.
  return sixth == std::vector<milliseconds>{250ms, 420ms, 400ms};
}

}  // namespace ch07
