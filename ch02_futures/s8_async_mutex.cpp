// s8_async_mutex.cpp -- the demo: two tasks on one thread; the second waits for the lock once.
#include "ch02_futures/s8_async_mutex.hpp"

#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02::sharing {
namespace {

Async<bool> two_tasks(Executor& executor) {
  const auto data = std::make_shared<Mutex<SharedData>>();
  auto handle_one = executor.spawn(count(3, data, CounterType::decrement, 2));
  auto handle_two = executor.spawn(count(3, data, CounterType::increment));
  auto [one, two] = co_await join(std::move(handle_one), std::move(handle_two));
  const auto guard = co_await data->lock();
  co_return *one == 3 && *two == 3 && guard->counter == 0;
}

}  // namespace

bool async_mutex_demo(const demo::Options&) {
  Executor executor;
  const demo::WaitingFor waiting("two tasks that share a counter");
  return executor.block_on(two_tasks(executor));
}

}  // namespace ch02::sharing
