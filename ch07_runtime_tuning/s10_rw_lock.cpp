// s10_rw_lock.cpp -- the demo of 7.10: five readers at once, one writer, none who overtakes it.
#include "ch07_runtime_tuning/s10_rw_lock.hpp"

#include <memory>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/rw_lock.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using Numbers = RwLock<std::vector<int>>;

// [1, 2, 3]
std::string listed(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "[" + text + "]";
}

// All five wait for each other while they hold the lock: so they can only go on if they hold it together.
Async<> reader(std::shared_ptr<Numbers> data, std::shared_ptr<Barrier> all_five, int id) {
  const auto numbers = co_await data->read();
  (void)co_await all_five->wait();
  println("Reader ", id, " sees: ", listed(*numbers));
}

Async<> writer(std::shared_ptr<Numbers> data) {
  auto numbers = co_await data->write();
  numbers->push_back(4);
  println("Writer added element");
}

using Door = RwLock<std::vector<std::string>>;

Async<> write_name(std::shared_ptr<Door> door) {
  auto names = co_await door->write();
  names->emplace_back("writer");
}

// A reader cannot add its name: it becomes a writer for that, after it was one of many.
Async<> read_then_write_name(std::shared_ptr<Door> door) {
  std::size_t seen = 0;
  {
    const auto names = co_await door->read();
    seen = names->size();
  }
  auto names = co_await door->write();
  names->push_back("late reader, who saw " + std::to_string(seen));
}

Async<> read_once(std::shared_ptr<Door> door) { (void)co_await door->read(); }

}  // namespace

Async<std::vector<int>> readers_and_writer() {
  std::vector<int> numbers{1, 2, 3};
  const auto data = std::make_shared<Numbers>(std::move(numbers));
  const auto all_five = std::make_shared<Barrier>(5);
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 5; ++i) handles.push_back(spawn(reader, data, all_five, i));
  for (auto& handle : handles) (void)co_await handle;
  auto last = spawn(writer, data);
  (void)co_await last;
  const auto seen = co_await data->read();
  co_return *seen;
}

Async<ReadersAndWriter> writer_in_line() {
  const auto door = std::make_shared<Door>();
  ReadersAndWriter result;
  auto inside = co_await door->read();
  auto writes = spawn(write_name, door);
  auto late = spawn(read_then_write_name, door);
  co_await yield_now();
  inside.unlock();
  (void)co_await writes;
  (void)co_await late;

  auto again = co_await door->read();
  auto gives_up = spawn(write_name, door);
  auto behind = spawn(read_once, door);
  co_await yield_now();
  gives_up.abort();
  (void)co_await gives_up;
  (void)co_await behind;  // `again` is still held: this one only ends if it is let in beside it
  result.is_let_in_at_once = true;
  result.order = *again;
  co_return result;
}

bool rw_lock_demo(const demo::Options&) {
  const demo::WaitingFor waiting("readers and writers");
  const auto numbers = run_async_main(readers_and_writer(), RuntimeFlavor::current_thread);
  println("in the end: ", listed(numbers));

  const auto line = run_async_main(writer_in_line(), RuntimeFlavor::current_thread);
  println("one reads, a writer waits, another reader comes later; in this order:");
  for (const std::string& name : line.order) println("  ", name);
  println("the writer gives up: the reader behind it reads beside the first one: ", line.is_let_in_at_once);
  const std::vector<std::string> fair{"writer", "late reader, who saw 1"};
  return numbers == std::vector<int>{1, 2, 3, 4} && line.order == fair && line.is_let_in_at_once;
}

}  // namespace ch07
