// s9_producers.cpp -- the demo of 7.9: the guide's mpsc program.
#include "ch07_runtime_tuning/s9_producers.hpp"

#include <optional>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<> produce(mpsc::Sender<std::string> to, int id) {
  for (int j = 0; j < 3; ++j) {
    auto message = "Producer " + std::to_string(id) + " message " + std::to_string(j);
    (void)co_await to.send(std::move(message));  // only fails if the receiver has gone
  }
}

}  // namespace

Async<std::vector<std::string>> five_producers() {
  auto [tx, rx] = mpsc::channel<std::string>(100);
  for (int i = 0; i < 5; ++i) spawn(produce, tx.clone(), i).detach();
  // The first sender goes too, else the loop below would wait for its messages. (Rust: drop(tx).)
  {
    const auto dropped = std::move(tx);
  }

  std::vector<std::string> received;
  for (;;) {
    auto message = co_await rx.recv();
    if (!message) break;
    println("Received: ", *message);
    received.push_back(*std::move(message));
  }
  println("All messages received");
  co_return received;
}

bool producers_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the messages of five producers");
  return run_async_main(five_producers(), RuntimeFlavor::current_thread).size() == 15;
}

}  // namespace ch07
