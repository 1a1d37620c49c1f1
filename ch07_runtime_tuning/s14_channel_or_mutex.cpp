// s14_channel_or_mutex.cpp -- the demo of 7.14: the guide prefers the channel; both are timed here.
#include "ch07_runtime_tuning/s14_channel_or_mutex.hpp"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/mutex.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s14_stopwatch.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<> add_one(std::shared_ptr<Mutex<std::size_t>> counter) {
  auto count = co_await counter->lock();
  ++*count;
}

Async<> send_one(mpsc::Sender<std::size_t> to, std::size_t number) { (void)co_await to.send(number); }

}  // namespace

Async<std::size_t> count_with_mutex(std::size_t tasks) {
  const auto counter = std::make_shared<Mutex<std::size_t>>(0);
  std::vector<JoinHandle<>> handles;
  handles.reserve(tasks);
  for (std::size_t i = 0; i < tasks; ++i) handles.push_back(spawn(add_one, counter));
  for (auto& handle : handles) (void)co_await handle;
  const auto count = co_await counter->lock();
  co_return *count;
}

Async<std::size_t> count_with_channel(std::size_t tasks) {
  auto channel = mpsc::channel<std::size_t>(100);
  for (std::size_t i = 0; i < tasks; ++i) spawn(send_one, channel.sender.clone(), i).detach();
  {
    const auto original = std::move(channel.sender);
  }
  std::size_t total = 0;
  for (;;) {
    const auto number = co_await channel.receiver.recv();
    if (!number) co_return total;
    ++total;
  }
}

bool channel_or_mutex_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("10000 tasks that count", std::chrono::minutes(5));
  const Runtime runtime = Builder::new_multi_thread().build();
  std::size_t by_mutex = 0, by_channel = 0;
  const auto mutex = real_time_of([&] { by_mutex = runtime.block_on(count_with_mutex(10'000)); });
  const auto channel = real_time_of([&] { by_channel = runtime.block_on(count_with_channel(10'000)); });
  print_time(options, "10000 tasks and a mutex:   ", mutex);
  print_time(options, "10000 tasks and a channel: ", channel);
  print_ratio(options, "the channel takes          ", channel, mutex);
  println("both counted: ", by_mutex, " and ", by_channel);
  return by_mutex == 10'000 && by_channel == 10'000;
}

}  // namespace ch07
