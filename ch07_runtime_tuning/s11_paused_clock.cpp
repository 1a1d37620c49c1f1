// s11_paused_clock.cpp -- the demo of 7.11: three sleepers, a day, and how long that really takes.
#include "ch07_runtime_tuning/s11_paused_clock.hpp"

#include <memory>

#include "common/base/locked.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using std::chrono::seconds;
using SharedWoken = base::Locked<Woken>;

Async<> sleeper(std::shared_ptr<SharedWoken> woken, std::string name, seconds duration) {
  const Instant start = now();
  co_await sleep(duration);
  woken->lock()->emplace_back(std::move(name), std::chrono::duration_cast<seconds>(now() - start));
}

}  // namespace

Async<Woken> sleepers() {
  const auto woken = std::make_shared<SharedWoken>();
  auto day = spawn(sleeper, woken, std::string("a day"), seconds(24h));
  auto hour = spawn(sleeper, woken, std::string("an hour"), seconds(1h));
  auto minute = spawn(sleeper, woken, std::string("a minute"), seconds(1min));
  (void)co_await day;
  (void)co_await hour;
  (void)co_await minute;
  co_return *woken->lock();
}

// tokio: #[tokio::test(start_paused = true)], and for its current-thread runtime alone. Here either kind
// may be built in a thread that has a paused clock.
bool paused_clock_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a day to pass");
  const auto real_start = std::chrono::steady_clock::now();
  PausedClock clock;
  clock.on_stall(demo::report_stall);
  const Woken woken = run_async_main(sleepers(), RuntimeFlavor::current_thread);
  for (const auto& [name, when] : woken) println(name, ": woken at second ", when.count());
  println("by the clock it is now second ", demo::whole_seconds(now().time_since_epoch()));
  const auto real = std::chrono::steady_clock::now() - real_start;
  const auto real_ms = std::chrono::duration_cast<std::chrono::milliseconds>(real).count();
  println("in real time that took ", demo::shown(options, real_ms, "<ms>"), " ms");
  const Woken in_order{{"a minute", 60s}, {"an hour", 3600s}, {"a day", 86400s}};
  return woken == in_order && now() == Instant(24h);
}

}  // namespace ch07
