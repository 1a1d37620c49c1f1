// s6_condvar.cpp -- the demo of 1.6: four updates, each received once, and STOP.
#include "ch01_processes_threads/s6_condvar.hpp"

#include <chrono>

#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch01_processes_threads/demos.hpp"

namespace ch01 {

using demo::println;

void background_thread(SharedData& shared) {
  auto data = shared.data.lock();
  for (;;) {
    data.wait(shared.changed,
              [&](const SharedData::Value& now) { return now.is_new || shared.STOP.load(base::relaxed); });
    if (!data->is_new) return;  // only STOP: no fifth value
    println("Received value: ", data->value);
    data->is_new = false;
    shared.changed.notify_all();
  }
}

void updater_thread(SharedData& shared, std::initializer_list<bool> values, Duration pause) {
  const auto is_received = [](const SharedData::Value& now) { return !now.is_new; };
  for (const bool value : values) {
    {
      auto data = shared.data.lock();
      data.wait(shared.changed, is_received);
      println("Updating value to ", value, "...");
      *data = SharedData::Value{.value = value, .is_new = true};
    }
    shared.changed.notify_all();
    blocking_sleep(pause);
  }
  {
    auto data = shared.data.lock();
    data.wait(shared.changed, is_received);
    shared.STOP.store(true, base::relaxed);
    println("STOP has been updated");
  }
  shared.changed.notify_all();
}

bool condvar_demo(const demo::Options&) {
  const demo::WaitingFor waiting("two threads that wait for each other");
  SharedData shared;
  // A bystander of the demo's clock: who waits for a condition variable looks busy to a paused one, for ever.
  base::Thread background(base::Bystander{}, [&] { background_thread(shared); });
  base::Thread updater("updater",
                       [&] { updater_thread(shared, {false, true, false, true}, std::chrono::seconds(4)); });
  updater.join();
  background.join();
  return !shared.data.lock()->is_new;
}

}  // namespace ch01
