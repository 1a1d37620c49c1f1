// s8_lost_update.cpp -- the demo: two tasks add one each, without the lock and with it.
#include "ch02_futures/s8_lost_update.hpp"

#include "common/demo/println.hpp"
#include "common/future/join.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {

using demo::println;

bool lost_update_demo(const demo::Options&) {
  int unlocked = 0;
  Mutex<int> locked;
  Executor executor;
  executor.block_on(join(add_one_without_lock(unlocked), add_one_without_lock(unlocked)));
  executor.block_on(join(add_one_with_lock(locked), add_one_with_lock(locked)));
  const auto guard = locked.try_lock();
  println("two add one each, without a lock: ", unlocked);
  println("two add one each, with a lock: ", **guard);
  return unlocked == 1 && **guard == 2;
}

}  // namespace ch02
