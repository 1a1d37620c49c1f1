// s10_mutex.cpp -- the demo of 7.10: an async Mutex is held across an await, and is fair.
#include "ch07_runtime_tuning/s10_mutex.hpp"

#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

// The book's Arc<Mutex<i32>> is a shared_ptr here: each task owns a share. (spawn keeps its arguments.)
Async<> increment(std::shared_ptr<Mutex<int>> counter, int id) {
  auto count = co_await counter->lock();
  const int before = *count;
  co_await yield_now();  // all the others run now, and only the lock keeps them from the counter
  *count = before + 1;
  println("Task ", id, " incremented counter");
}

using Served = std::vector<std::string>;

Async<> be_served(std::shared_ptr<Mutex<Served>> shop, std::string name) {
  auto served = co_await shop->lock();
  served->push_back(std::move(name));
}

}  // namespace

Async<int> ten_increments() {
  const auto counter = std::make_shared<Mutex<int>>(0);
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 10; ++i) handles.push_back(spawn(increment, counter, i));
  for (auto& handle : handles) (void)co_await handle;
  const auto count = co_await counter->lock();
  co_return *count;
}

Async<Line> line_of_three() {
  const auto shop = std::make_shared<Mutex<Served>>();
  auto mine = co_await shop->lock();
  auto first = spawn(be_served, shop, std::string("first"));
  auto second = spawn(be_served, shop, std::string("second"));
  auto third = spawn(be_served, shop, std::string("third"));
  co_await yield_now();  // all three have asked, and wait in this order
  second.abort();
  (void)co_await second;

  Line line;
  mine.unlock();  // gives the lock to the first in line, not to whoever is quickest
  line.could_slip_in = shop->try_lock().has_value();
  (void)co_await first;
  (void)co_await third;
  const auto served = co_await shop->lock();
  line.served = *served;
  co_return line;
}

bool mutex_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the tasks that share a lock");
  const int count = run_async_main(ten_increments(), RuntimeFlavor::current_thread);
  println("Final count: ", count);

  const Line line = run_async_main(line_of_three(), RuntimeFlavor::current_thread);
  println("three wait in line, the second is aborted");
  println("try_lock, right after unlock: ", line.could_slip_in ? "has it" : "nothing, it is the first one's");
  for (const std::string& name : line.served) println("served: ", name);
  return count == 10 && !line.could_slip_in && line.served == Served{"first", "third"};
}

}  // namespace ch07
