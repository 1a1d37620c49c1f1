// s9_watch.cpp -- the demo of 7.9: three watchers, and a configuration that is reloaded.
#include "ch07_runtime_tuning/s9_watch.hpp"

#include <chrono>
#include <utility>

#include "common/channel/watch.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

Async<int> watcher(watch::Receiver<std::string> value, int id) {
  int count = 0;
  for (;;) {
    const auto changed = co_await value.changed();
    if (!changed) co_return count;
    println("Watcher ", id, " sees: ", value.get());
    ++count;
  }
}

using Ports = std::vector<std::uint16_t>;

Async<Ports> server(watch::Receiver<AppConfig> config) {
  Ports ports;
  for (;;) {
    const auto changed = co_await config.changed();
    if (!changed) co_return ports;
    const AppConfig now = config.get();  // a copy: a borrow holds the channel's lock
    println("config updated: ", now.host, ":", now.port);
    ports.push_back(now.port);
  }
}

}  // namespace

Async<int> three_watchers() {
  auto [tx, rx] = watch::channel<std::string>("initial");
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < 3; ++i) handles.push_back(spawn(watcher, rx.clone(), i));
  for (int i = 0; i < 5; ++i) {
    co_await sleep(100ms);
    (void)tx.send("Update " + std::to_string(i));
  }
  co_await sleep(100ms);
  {
    const auto last = std::move(tx);
  }
  int total = 0;
  for (auto& handle : handles) {
    const auto count = co_await handle;
    total += count.value_or(0);
  }
  co_return total;
}

Async<Ports> config_reload() {
  auto [tx, rx] = watch::channel(AppConfig());
  auto serving = spawn(server, std::move(rx));
  tx.send_modify([](AppConfig& config) { config.port = 8080; });
  co_await yield_now();  // the server sees it
  tx.send_modify([](AppConfig& config) { config.port = 8081; });
  tx.send_modify([](AppConfig& config) { config.port = 8082; });  // before the server looked
  co_await yield_now();
  {
    const auto last = std::move(tx);
  }
  auto ports = co_await serving;
  co_return ports.value_or(Ports());
}

bool watch_demo(const demo::Options&) {
  const demo::WaitingFor waiting("watchers");
  const int lines = run_async_main(three_watchers(), RuntimeFlavor::current_thread);
  const Ports ports = run_async_main(config_reload(), RuntimeFlavor::current_thread);
  println("three changes, two at once: the newest counts");
  return lines == 15 && ports == Ports{8080, 8082};
}

}  // namespace ch07
