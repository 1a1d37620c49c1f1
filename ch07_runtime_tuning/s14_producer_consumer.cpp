// s14_producer_consumer.cpp -- the demo of 7.14: the channel is the only thing that they share.
#include "ch07_runtime_tuning/s14_producer_consumer.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

Async<> producer(int id, mpsc::Sender<std::string> to) {
  for (int i = 0; i < 10; ++i) {
    auto message = "From producer " + std::to_string(id) + ": message " + std::to_string(i);
    (void)co_await to.send(std::move(message));
    co_await sleep(10ms);
  }
}

Async<std::size_t> consumer(mpsc::Receiver<std::string> from) {
  std::size_t count = 0;
  for (;;) {
    const auto message = co_await from.recv();
    if (!message) co_return count;
    println("Consumed: ", *message);
    ++count;
  }
}

}  // namespace

Async<std::size_t> produce_and_consume() {
  auto channel = mpsc::channel<std::string>(100);
  for (int i = 0; i < 3; ++i) spawn(producer, i, channel.sender.clone()).detach();
  {
    const auto original = std::move(channel.sender);
  }
  co_return co_await consumer(std::move(channel.receiver));
}

bool producer_consumer_demo(const demo::Options&) {
  const demo::WaitingFor waiting("three producers");
  return run_async_main(produce_and_consume(), RuntimeFlavor::current_thread) == 30;
}

}  // namespace ch07
