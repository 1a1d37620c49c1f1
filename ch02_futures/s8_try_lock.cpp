// s8_try_lock.cpp -- the demo: two threads, a future each, and one try_lock that must fail.
#include "ch02_futures/s8_try_lock.hpp"

#include "common/base/thread.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

namespace ch02::sharing {

bool try_lock_demo(const demo::Options&) {
  const auto data = std::make_shared<Mutex<SharedData>>();
  CounterFuture increment(CounterType::increment, data);
  CounterFuture decrement(CounterType::decrement, data, &increment);
  {
    const demo::WaitingFor waiting("both counters");
    const base::Thread one("Decrement", [&] { block_on(decrement); });
    blocking_sleep(500ms);  // from here on they take turns, half a second apart
    const base::Thread two("Increment", [&] { block_on(increment); });
  }
  const auto guard = data->try_lock();
  return guard && (*guard)->counter == 0 && increment.failed() > 0;
}

}  // namespace ch02::sharing
