// s10_semaphore.cpp -- the demo of 7.10: the guide's ten tasks and three permits, owned permits, close.
#include "ch07_runtime_tuning/s10_semaphore.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/semaphore.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

struct Inside {
  std::size_t now = 0, most = 0;

  void enter() { most = std::max(most, ++now); }
  void leave() { --now; }
};

struct Room {
  explicit Room(std::size_t permits) : semaphore(permits) {}

  Semaphore semaphore;
  base::Locked<Inside> inside;
};

Async<> visitor(std::shared_ptr<Room> room, int id) {
  const auto permit = co_await room->semaphore.acquire();
  if (!permit) co_return;
  room->inside.lock()->enter();
  println("Task ", id, " acquired permit");
  co_await sleep(100ms);
  println("Task ", id, " releasing permit");
  room->inside.lock()->leave();
}

// The permit is an argument, so the task's own: it goes back when the task ends.
Async<std::size_t> work_with(OwnedSemaphorePermit permit) {
  co_await yield_now();
  co_return permit.num_permits();
}

Async<bool> is_told_of_the_end(std::shared_ptr<Semaphore> semaphore) {
  const auto permit = co_await semaphore->acquire();
  co_return !permit;
}

}  // namespace

Async<std::size_t> ten_tasks_three_permits() {
  const auto room = std::make_shared<Room>(3);
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 10; ++i) handles.push_back(spawn(visitor, room, i));
  // The guide sleeps for 500 ms and hopes that all are done by then.
  for (auto& handle : handles) (void)co_await handle;
  co_return room->inside.lock()->most;
}

Async<std::size_t> owned_permits() {
  auto semaphore = std::make_shared<Semaphore>(3);
  auto permit = co_await acquire_owned(semaphore, 2);
  auto task = spawn(work_with, *std::move(permit));
  std::weak_ptr<Semaphore> seen = semaphore;
  semaphore.reset();
  // Nobody but the permit keeps it alive now.
  println("its maker let go, but the permit keeps the semaphore: ", !seen.expired());
  const auto count = co_await task;
  println("the task is over, and so is the semaphore: ", seen.expired());
  co_return count&& seen.expired() ? *count : 0;
}

Async<bool> closed_while_waiting() {
  const auto semaphore = std::make_shared<Semaphore>(0);
  auto waits = spawn(is_told_of_the_end, semaphore);
  co_await yield_now();
  semaphore->close();
  const auto told = co_await waits;
  co_return told.value_or(false);
}

bool semaphore_demo(const demo::Options&) {
  const demo::WaitingFor waiting("permits");
  const std::size_t most = run_async_main(ten_tasks_three_permits(), RuntimeFlavor::current_thread);
  println("at most ", most, " at once");
  const std::size_t owned = run_async_main(owned_permits(), RuntimeFlavor::current_thread);
  println("a task of its own had ", owned, " permits");
  const bool told = run_async_main(closed_while_waiting(), RuntimeFlavor::current_thread);
  println("closed while a task waits for a permit, it is told: ", told);
  return most == 3 && owned == 2 && told;
}

}  // namespace ch07
