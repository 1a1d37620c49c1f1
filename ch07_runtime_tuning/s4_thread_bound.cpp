// s4_thread_bound.cpp -- the demo of 7.4: a value that must stay on its thread, held over an await.
#include "ch07_runtime_tuning/s4_thread_bound.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/local_pool.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s3_high_low.hpp"
#include "ch07_runtime_tuning/s4_moved_task.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;

// A list that this task alone uses, before and after each await.
Async<std::size_t> fill_slowly() {
  ThreadBound<std::string> cake{std::string()};
  for (const char* layer : {"sponge", "cream", "sponge"}) {
    cake.get() += layer;
    co_await sleep(1s);
  }
  co_return cake.get().size();
}

Async<std::size_t> hold_it_over(Crossing& crossing) {
  ThreadBound<std::string> cake{std::string("sponge")};
  co_await crossing.cross();
  co_return cake.get().size();
}

}  // namespace

bool thread_bound_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the tasks that hold a value");
  const LocalPoolHandle pool(3);
  const auto pinned = block_on(pool.spawn_pinned(fill_slowly));
  println("pinned: ", pinned ? "always at home" : pinned.error().message());

  Crossing crossing;
  const Runtime runtime = numbered_runtime("worker", 2);
  auto handle = runtime.spawn([&crossing] { return hold_it_over(crossing); });
  move_to_other_worker(runtime, crossing);
  const auto moved = block_on(handle);
  println("not pinned: polled by two workers: ", crossing.thread_before != crossing.thread_after);
  println("not pinned: ", moved ? "always at home" : moved.error().message());
  return pinned && !moved && moved.error().is_exception();
}

}  // namespace ch07
