// s9_broadcast.cpp -- the demo of 7.9: three subscribers, five messages, and one who is too slow.
#include "ch07_runtime_tuning/s9_broadcast.hpp"

#include <utility>

#include "common/channel/broadcast.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<int> subscriber(broadcast::Receiver<std::string> from, int id) {
  int count = 0;
  for (;;) {
    const auto message = co_await from.recv();
    if (!message) co_return count;  // closed; of five messages in a channel of ten none is missed
    println("Subscriber ", id, " received: ", *message);
    ++count;
  }
}

}  // namespace

Async<int> three_subscribers() {
  auto channel = broadcast::channel<std::string>(10);
  std::vector<JoinHandle<int>> handles;
  {
    const auto tx = std::move(channel.sender);
    for (int i = 0; i < 3; ++i) handles.push_back(spawn(subscriber, tx.subscribe(), i));
    for (int i = 0; i < 5; ++i) (void)tx.send("Broadcast message " + std::to_string(i));
  }  // the sender ends here, and so do the subscribers: the guide sleeps for 100 ms, and cuts them off
  int total = 0;
  for (auto& handle : handles) {
    const auto count = co_await handle;
    total += count.value_or(0);
  }
  co_return total;
}

Async<Lag> slow_subscriber() {
  auto [tx, rx] = broadcast::channel<int>(4);
  for (int i = 0; i < 10; ++i) (void)tx.send(i);
  {
    const auto last = std::move(tx);
  }
  Lag lag;
  for (;;) {
    const auto number = co_await rx.recv();
    if (number) {
      lag.received.push_back(*number);
    } else if (number.error().is_lagged()) {
      lag.missed += number.error().missed();  // told once, then it goes on with the oldest that is kept
    } else {
      break;
    }
  }
  co_return lag;
}

bool broadcast_demo(const demo::Options&) {
  const demo::WaitingFor waiting("subscribers");
  const int lines = run_async_main(three_subscribers(), RuntimeFlavor::current_thread);
  const Lag lag = run_async_main(slow_subscriber(), RuntimeFlavor::current_thread);
  println("a channel that keeps 4, and 10 messages before anybody listens: ", lag.missed, " missed");
  for (const int number : lag.received) println("received: ", number);
  return lines == 15 && lag.missed == 6 && lag.received == std::vector<int>{6, 7, 8, 9};
}

}  // namespace ch07
