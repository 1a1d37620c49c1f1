// s5_supervision.cpp -- the demos of 8.5: a forced reset, a stuck actor, a dead one, a writer that does not let go.
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/pending.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch08_actors/demos.hpp"
#include "ch08_actors/s4_demo_store.hpp"
#include "ch08_actors/s5_router.hpp"

namespace ch08 {
namespace {

using demo::println;
using std::chrono::milliseconds;

std::int64_t in_ms(Duration duration) { return std::chrono::duration_cast<milliseconds>(duration).count(); }

Async<bool> get_and_print(const Store& store) {
  const Value value = stored_or_throw(co_await store.get("hello"));
  println("value: ", shown_value(value));
  co_return value == bytes_of("world");
}

// The book's main.
Async<bool> forced_reset(SharedSettings settings) {
  auto system = start_supervised_store(settings);
  const Store& store = system.running.store;
  stored_or_throw(co_await store.set("hello", bytes_of("world")));
  const bool first = co_await get_and_print(store);
  const bool second = co_await get_and_print(store);
  ControlMessage reset(std::in_place_type<Reset>, ActorType::key_value);
  (void)co_await system.control.send(std::move(reset));
  const bool third = co_await get_and_print(store);
  stored_or_throw(co_await store.set("test", bytes_of("world")));
  co_await sleep(std::chrono::seconds(1));
  co_await stop(std::move(system.running));
  co_return first&& second&& third;
}

bool reset_in_the_book(const demo::Options& options, bool tells_instance) {
  const demo::WaitingFor waiting("a store whose actors are reset");
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  settings->tells_instance = tells_instance;
  std::ofstream(settings->path, std::ios::binary) << "{}";
  return run_async_main(forced_reset(settings), RuntimeFlavor::current_thread);
}

// Piece of work number `n` of `who` does not go as it should.
std::function<Async<>(ActorType)> at_work(ActorType who, int n, std::function<Async<>()> happens) {
  return [who, n, happens, works = std::make_shared<base::Locked<int>>(0)](ActorType actor) -> Async<> {
    if (actor == who && ++*works->lock() == n) co_await happens();
  };
}

Async<> stands_still() { co_await pending(); }
Async<> dies() {
  throw std::runtime_error("out of order");
  co_return;
}

struct Answered {
  Duration after{};
  bool all_right = false;
};

// Three ask while the actor is out of order.
Async<Answered> ask_meanwhile(SharedSettings settings) {
  auto system = start_supervised_store(settings);
  const Store& store = system.running.store;
  stored_or_throw(co_await store.set("hello", bytes_of("moon")));
  const Instant start = now();
  auto set = spawn(store.set("hello", bytes_of("world")));
  auto get = spawn(store.get("hello"));
  auto other = spawn(store.get("nobody"));
  const auto stored = co_await set;
  const auto hello = co_await get;
  const auto nobody = co_await other;
  Answered answered;
  answered.after = now() - start;
  answered.all_right = stored.value() && hello.value() && *hello.value() == bytes_of("world") &&
                       nobody.value() && !*nobody.value();
  co_await stop(std::move(system.running));
  co_return answered;
}

bool out_of_order(const demo::Options& options, std::function<Async<>(ActorType)> before_work) {
  const demo::WaitingFor waiting("a store whose actor is out of order");
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  settings->before_work = std::move(before_work);
  const Answered answered = run_async_main(ask_meanwhile(settings), RuntimeFlavor::current_thread);
  // In real time, as the limit is.
  const std::string shown_ms = std::to_string(in_ms(answered.after / options.speed));
  println("three asked meanwhile; all have their answer after ",
          options.paused ? shown_ms : demo::shown(options, shown_ms, "<ms>"),
          " ms: ", demo::yes_or_no(answered.all_right));
  // By a real clock a busy machine adds to it.
  return answered.all_right && (!options.paused || answered.after <= settings->limit);
}

// A disk that does not come back from a sync, until it is told to.
class HangingDisk : public FileCalls {
 public:
  int sync(int file) override {
    if (std::exchange(*hangs_next.lock(), false)) released_.park();
    return FileCalls::sync(file);
  }
  void release() { released_.unpark(); }

  base::Locked<bool> hangs_next{false};

 private:
  base::Parker released_;
};

Async<bool> write_on_hanging_disk(SharedSettings settings, std::shared_ptr<HangingDisk> disk) {
  auto system = start_supervised_store(settings);
  const Store& store = system.running.store;
  stored_or_throw(co_await store.set("hello", bytes_of("moon")));
  *disk->hangs_next.lock() = true;
  stored_or_throw(co_await store.set("hello", bytes_of("world")));
  const bool right = co_await get_and_print(store);
  co_await stop(std::move(system.running));
  co_return right;
}

}  // namespace

bool supervisor_demo(const demo::Options& options) { return reset_in_the_book(options, false); }

bool writer_instance_demo(const demo::Options& options) { return reset_in_the_book(options, true); }

bool stuck_actor_demo(const demo::Options& options) {
  return out_of_order(options, at_work(ActorType::key_value, 2, stands_still));
}

bool dead_actor_demo(const demo::Options& options) {
  return out_of_order(options, at_work(ActorType::writer, 3, dies));
}

bool old_writer_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a disk that hangs");
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  const auto disk = std::make_shared<HangingDisk>();
  settings->calls = disk;
  bool waited = false;
  settings->tell = [&, print = settings->tell](const std::string& line) {
    print(line);
    if (line.find("waiting until") == line.npos) return;
    waited = true;
    println("(the disk goes on)");
    disk->release();
  };
  const bool right = run_async_main(write_on_hanging_disk(settings, disk), RuntimeFlavor::current_thread);
  return right && waited;
}

}  // namespace ch08
