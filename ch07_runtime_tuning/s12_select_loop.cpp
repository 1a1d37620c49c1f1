// s12_select_loop.cpp -- the demo of 7.12: a loop around a select, with a timer that begins anew each time.
#include "ch07_runtime_tuning/s12_select_loop.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"
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

// A receive that lost is dropped, and takes no message with it: that makes this loop right. (tokio's
// `Some(msg) =` only switches the branch off when the channel is closed, so its loop ends 30 s later.)
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

// Always on a paused clock: nobody wants to watch thirty seconds of silence.
bool select_loop_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a loop with a timeout");
  const std::vector<std::string> both{"one", "two"};
  bool kept = true;
  for (const bool stays : {true, false}) {
    PausedClock clock;
    clock.on_stall(demo::report_stall);
    println("messages after 1 s and after 3 s; then the sender ", stays ? "stays, and is silent:" : "goes:");
    const auto processed = run_async_main(with_sender(stays), RuntimeFlavor::current_thread);
    println("the loop has ended after ", demo::whole_seconds(now().time_since_epoch()), " s");
    kept &= processed.messages == both &&
            processed.end == (stays ? Processed::End::idle : Processed::End::closed) &&
            now() == Instant(stays ? 33s : 3s);
  }
  return kept;
}

}  // namespace ch07
