// s8_lost_update.cpp -- the demo: two tasks add one each, without the lock and with it.
#include "ch02_futures/s8_lost_update.hpp"

#include <functional>
#include <utility>

#include "common/demo/println.hpp"
#include "common/future/join.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {

using demo::println;

bool lost_update_demo(const demo::Options&) {
  int unlocked = 0;
  Mutex<int> locked;
  Executor executor;
  const auto spawn_two = [&](auto add_one, auto& counter) {
    auto one = executor.spawn(add_one, std::ref(counter));
    auto two = executor.spawn(add_one, std::ref(counter));
    (void)executor.block_on(join(std::move(one), std::move(two)));
  };
  spawn_two(add_one_without_lock, unlocked);
  spawn_two(add_one_with_lock, locked);
  const auto guard = locked.try_lock();
  println("two add one each, without a lock: ", unlocked);
  println("two add one each, with a lock: ", **guard);
  return unlocked == 1 && **guard == 2;
}

}  // namespace ch02
