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

bool producer_consumer_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("three producers");
  const Instant start = now();
  const std::size_t consumed = run_async_main(produce_and_consume(), RuntimeFlavor::current_thread);
  const Duration took = now() - start;
  println(consumed, " messages of three producers, who sleep 10 ms after each: ",
          std::chrono::duration_cast<std::chrono::milliseconds>(took).count(), " ms");
  return consumed == 30 && (options.paused ? took == 100ms : took >= 100ms);
}

}  // namespace ch07
