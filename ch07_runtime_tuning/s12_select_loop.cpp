// s12_select_loop.cpp -- the demo of 7.12: a loop around a select, with a timer that begins anew each time.
#include "ch07_runtime_tuning/s12_select_loop.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using Message = std::optional<std::string>;

Async<> send_with_pauses(mpsc::Sender<std::string> to, bool stays) {
  co_await sleep(1s);
  (void)co_await to.send("one");
  co_await sleep(2s);
  (void)co_await to.send("two");
  if (stays) co_await sleep(300s);
}

Async<Processed> with_sender(bool stays) {
  auto [tx, rx] = mpsc::channel<std::string>(8);
  auto sender = spawn(send_with_pauses, std::move(tx), stays);
  auto processed = co_await process_with_timeout(std::move(rx));
  sender.abort();
  co_return processed;
}

}  // namespace

// A receive that lost is dropped, and takes no message with it: that makes this loop right.
// (tokio's `Some(msg) =` only switches the branch off when the channel is closed, so its loop ends 30 s
// later.)
Async<Processed> process_with_timeout(mpsc::Receiver<std::string> from) {
  Processed processed;
  for (;;) {
    auto won = co_await select(from.recv(), sleep(30s));
    if (won.index() == 1) {
      println("no message for 30s, shutting down");
      break;
    }
    auto& message = std::get<Message>(won);
    if (!message) {
      println("all senders are gone");
      processed.end = Processed::End::closed;
      break;
    }
    println("received: ", *message);
    processed.messages.push_back(*std::move(message));
  }
  co_return processed;
}

bool select_loop_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a loop with a timeout", options.limit(600s));
  const auto idle = run_async_main(with_sender(true), RuntimeFlavor::current_thread);
  const auto closed = run_async_main(with_sender(false), RuntimeFlavor::current_thread);
  const std::vector<std::string> both{"one", "two"};
  return idle.messages == both && idle.end == Processed::End::idle && closed.messages == both &&
         closed.end == Processed::End::closed;
}

}  // namespace ch07
