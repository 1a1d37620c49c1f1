// s2_async_main.cpp -- the demo of 7.2 about run_async_main: a coroutine as main, on both flavours.
#include <string>

#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

Async<std::string> where_am_i() {
  co_await sleep(1s);
  co_return std::string(base::thread_name());
}

// What a program has in tokio as `async fn main`. Its future is polled by the thread that called
// it on both flavours.
Async<int> async_main() {
  println("  main's future runs on ", base::thread_name());
  auto task = spawn(where_am_i());
  const auto thread = co_await task;
  println("  a task that it spawned on ", *thread);
  co_return *thread == base::thread_name() ? 1 : 2;  // threads
}

}  // namespace

bool async_main_demo(const demo::Options&) {
  println("current-thread");
  const int on_one = run_async_main(async_main, RuntimeFlavor::current_thread);
  println("multi-thread, the default");
  const int on_all = run_async_main(async_main);
  return on_one == 1 && on_all == 2;
}

}  // namespace ch07
