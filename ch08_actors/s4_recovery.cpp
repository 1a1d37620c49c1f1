// s4_recovery.cpp -- the demos of 8.4 without a disaster: what is found again, and a hundred writes in a few syncs.
#include <chrono>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/demos.hpp"
#include "ch08_actors/s4_demo_store.hpp"
#include "ch08_actors/s4_router.hpp"

namespace ch08 {
namespace {

using demo::println;

// PNG begins so; it is no UTF-8.
Bytes not_a_text() { return {137, 80, 78, 71}; }

Async<> first_start(SharedSettings settings) {
  auto running = start_store(std::move(settings));
  stored_or_throw(co_await running.store.set("hello", bytes_of("world")));
  stored_or_throw(co_await running.store.set("picture", not_a_text()));
  stored_or_throw(co_await running.store.set("gone", bytes_of("soon")));
  stored_or_throw(co_await running.store.remove("gone"));
  co_await stop(std::move(running));
}

Async<bool> second_start(SharedSettings settings) {
  auto running = start_store(std::move(settings));
  const Value hello = stored_or_throw(co_await running.store.get("hello"));
  const Value picture = stored_or_throw(co_await running.store.get("picture"));
  const Value gone = stored_or_throw(co_await running.store.get("gone"));
  println("hello: ", shown_value(hello), ", picture: ", shown_value(picture), ", gone: ", shown_value(gone));
  co_await stop(std::move(running));
  co_return hello == bytes_of("world") && picture == not_a_text() && !gone;
}

// Counts how often something goes to the disk.
class CountingCalls : public FileCalls {
 public:
  int sync(int file) override {
    ++*syncs_.lock();
    return FileCalls::sync(file);
  }
  [[nodiscard]] int syncs() { return *syncs_.lock(); }

 private:
  base::Locked<int> syncs_{0};
};

Async<> set_one(Store store, int number) {
  stored_or_throw(co_await store.set("key " + std::to_string(number), bytes_of(std::to_string(number))));
}

Async<bool> set_all(SharedSettings settings, int count) {
  auto running = start_store(std::move(settings));
  std::vector<JoinHandle<>> writers;
  for (int i = 0; i < count; ++i) writers.push_back(spawn(set_one, running.store, i));
  bool all = true;
  for (auto& writer : writers) {
    const auto written = co_await writer;
    all &= written.has_value();
  }
  co_await stop(std::move(running));
  co_return all;
}

}  // namespace

bool recovery_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a store on a file");
  const DemoFolder folder;
  auto settings = folder.settings(options);
  if (const std::string& own = options.text("file"); !own.empty()) settings->path = own;
  run_async_main(first_start(settings), RuntimeFlavor::current_thread);
  println("the file:");
  std::string text = demo::text_of(settings->path);
  if (text.ends_with('\n')) text.pop_back();
  println(text);
  println("the program ends, and starts again");
  return run_async_main(second_start(settings), RuntimeFlavor::current_thread);
}

bool group_commit_demo(const demo::Options& options) {
  constexpr int kWrites = 100;
  const demo::WaitingFor waiting("a hundred writes", std::chrono::minutes(5));
  const DemoFolder folder;
  auto settings = folder.settings(options);
  const auto calls = std::make_shared<CountingCalls>();
  settings->calls = calls;
  settings->tell = [](const std::string&) {};
  const bool all = run_async_main(set_all(settings, kWrites), RuntimeFlavor::current_thread);
  println(kWrites, " writes at once, each acknowledged: ", demo::yes_or_no(all));
  println("one by one they would sync ", 2 * kWrites, " times: each its file and its folder");
  println("they did ", demo::shown(options, calls->syncs(), "<syncs>"),
          " times: what waited was written together");
  return all && calls->syncs() < kWrites;
}

}  // namespace ch08
