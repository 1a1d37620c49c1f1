// s8_try_lock.cpp -- the demo: two threads, a future each, and one try_lock that must fail.
#include "ch02_futures/s8_try_lock.hpp"

#include "common/base/thread.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

namespace ch02::sharing {

bool try_lock_demo(const demo::Options&) {
  const auto data = std::make_shared<Mutex<SharedData>>();
  Turns turns;
  CounterFuture increment(CounterType::increment, data, turns.of_increment());
  CounterFuture decrement(CounterType::decrement, data, turns.of_decrement());
  {
    const demo::WaitingFor waiting("two threads that share a counter");
    const base::Thread one("Decrement", [&] { block_on(decrement); });
    const base::Thread two("Increment", [&] { block_on(increment); });
  }
  const auto guard = data->try_lock();
  return guard && (*guard)->counter == 0 && increment.failed() == 1 && decrement.failed() == 0;
}

}  // namespace ch02::sharing
