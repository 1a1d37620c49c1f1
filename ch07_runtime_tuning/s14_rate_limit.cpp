// s14_rate_limit.cpp -- the demo of 7.14: both guides' rate limits.
#include "ch07_runtime_tuning/s14_rate_limit.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/semaphore.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

Async<> worker(int id, std::shared_ptr<Semaphore> semaphore) {
  const auto permit = co_await semaphore->acquire();
  println("Worker ", id, " running");
  co_await sleep(1s);
  println("Worker ", id, " done");
}

// The permit goes back when the task ends, however it does.
Async<> request(OwnedSemaphorePermit) { co_await sleep(100ms); }

}  // namespace

Async<> limited_workers() {
  const auto semaphore = std::make_shared<Semaphore>(3);
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 10; ++i) handles.push_back(spawn(worker, i, semaphore));
  for (auto& handle : handles) (void)co_await handle;
}

Async<Fetched> rate_limited_fetch(std::size_t requests) {
  const auto semaphore = std::make_shared<Semaphore>(10);
  std::vector<JoinHandle<>> handles;
  Fetched fetched;
  for (std::size_t i = 0; i < requests; ++i) {
    auto permit = co_await acquire_owned(semaphore);  // the loop waits here, and so makes no more tasks
    handles.push_back(spawn(request, *std::move(permit)));
    fetched.most_tasks = std::max(fetched.most_tasks, Handle::current().metrics().alive_tasks);
  }
  for (auto& handle : handles) {
    const auto ended = co_await handle;
    if (ended) ++fetched.requests;
  }
  co_return fetched;
}

bool rate_limit_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("workers that are limited");
  const Instant start = now();
  run_async_main(limited_workers(), RuntimeFlavor::current_thread);
  const Duration took = now() - start;
  println("10 workers of 1 s, 3 permits: ", demo::whole_seconds(took), " s");
  const Fetched fetched = run_async_main(rate_limited_fetch(30), RuntimeFlavor::current_thread);
  println(fetched.requests, " requests, at most ", fetched.most_tasks, " tasks at once");
  return (options.paused ? took == 4s : took >= 4s) && fetched.requests == 30 && fetched.most_tasks == 10;
}

}  // namespace ch07
