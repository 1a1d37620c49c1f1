// s7_mutex_coroutine.cpp -- the demo of 5.7: the same two coroutines resumed by hand, and by an executor.
#include "ch05_coroutines/s7_mutex_coroutine.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/executor/priority_executor.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/s5_coroutine_future.hpp"

namespace ch05 {
namespace {

using async::demo::println;

int value_of(const MutexCoroutine::Handle& handle) { return **handle->try_lock(); }

const char* resumed(MutexCoroutine& coroutine) { return check_yield(coroutine) ? "yielded" : "complete"; }

void step(const char* name, MutexCoroutine& coroutine, const MutexCoroutine::Handle& handle) {
  const char* const answer = resumed(coroutine);
  println(name, " ", answer, ", value ", value_of(handle));
}

int stepped_by_hand() {
  const auto handle = std::make_shared<Mutex<int>>(0);
  MutexCoroutine first(handle, 2), second(handle, 2);
  {
    const auto lock = handle->try_lock();
    const char* const of_first = resumed(first);
    const char* const of_second = resumed(second);
    println("main has the lock: first ", of_first, ", second ", of_second, ", value ", **lock);
  }
  for (int round = 1; round <= 2; ++round) {
    step("first", first, handle);
    step("second", second, handle);
  }
  return value_of(handle);
}

// Who gets the lock when is not ours to say here, nor to see: only the end.
int on_an_executor() {
  const auto handle = std::make_shared<Mutex<int>>(0);
  PriorityExecutor executor({.high = 1, .low = 1});
  auto first = executor.spawn_task(CoroutineFuture(MutexCoroutine(handle, 2)));
  auto second = executor.spawn_task(CoroutineFuture(MutexCoroutine(handle, 2)));
  PriorityExecutor::join(std::move(first), std::move(second));
  return value_of(handle);
}

}  // namespace

bool two_interfaces_demo(const demo::Options&) {
  const demo::WaitingFor waiting("two coroutines that share a lock");
  const int stepped = stepped_by_hand();
  const int executed = on_an_executor();
  println("on an executor: value ", executed);
  return stepped == 4 && executed == 4;
}

}  // namespace ch05
