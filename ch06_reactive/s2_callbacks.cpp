// s2_callbacks.cpp -- the demos of 6.2 that need no heater: a callback, an event loop, a guard.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/parker.hpp"
#include "common/channel/oneshot.hpp"
#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch06_reactive/demos.hpp"
#include "ch06_reactive/s2_callback.hpp"
#include "ch06_reactive/s2_event_loop.hpp"
#include "ch06_reactive/s2_keyboard.hpp"

namespace ch06 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// Works for a second in the loop's thread, and sends its answer back to who posted it.
class SlowOperation {
 public:
  SlowOperation(std::string name, oneshot::Sender<std::string> answer)
      : name_(std::move(name)), answer_(std::move(answer)) {}
  void operator()() {
    blocking_sleep(1s);
    (void)std::move(answer_).send(name_ + " is done");
  }

 private:
  std::string name_;
  oneshot::Sender<std::string> answer_;
};

}  // namespace

bool callback_demo(const demo::Options&) {
  int seen = 0;
  const auto my_callback = [&seen](int result) {
    println("The result is: ", result);
    seen = result;
  };
  perform_operation_with_callback(my_callback);
  println("main goes on: the callback was ", seen == 0 ? "not yet called" : "called inside the call");
  return seen == 42;
}

bool event_loop_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the event loop's answers");
  base::Parker main_goes_on;
  EventLoop loop;
  // So nothing is done before main has posted all: did a post wait for its callback, main would never go on.
  loop.post([&main_goes_on] { main_goes_on.park(); });
  std::vector<oneshot::Receiver<std::string>> answers;
  const Instant start = now();
  for (const char* const name : {"one", "two", "three"}) {
    auto [tx, rx] = oneshot::channel<std::string>();
    loop.post(SlowOperation(name, std::move(tx)));
    answers.push_back(std::move(rx));
    println("main: posted ", name);
  }
  println("main: goes on");
  main_goes_on.unpark();
  for (auto& answer : answers) {
    const auto text = block_on(std::move(answer));
    if (!text) return false;
    println("main: ", *text, " after ", demo::whole_seconds(now() - start), " s");
  }
  return now() - start >= 3s;
}

bool guard_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the keys of the script", options.limit(15min));
  const std::string& given = options.text("keys");
  auto plays = demo::or_throw(parse_script(given.empty() ? "a,b,Up,1s,c,d" : given));
  const auto all = static_cast<std::size_t>(std::ranges::count_if(plays, &Play::is_key));
  std::size_t keys = 0, heard = 0;
  auto ended = oneshot::channel<std::exception_ptr>();
  Keyboard keyboard(std::make_unique<ScriptedKeys>(std::move(plays)),
                    [&ended](std::exception_ptr why) { (void)std::move(ended.sender).send(why); });
  std::optional<CallbackGuard> second;
  const CallbackGuard first = keyboard.on_key_down([&](const Key& key) {
    println("the first callback: ", key.name);
    if (++keys <= all / 2 || !second) return;
    second.reset();
    println("the second one's guard is dropped");
  });
  second.emplace(keyboard.on_key_down([&heard](const Key& key) {
    println("the second callback: ", key.name);
    ++heard;
  }));
  keyboard.start();
  const auto failed = block_on(std::move(ended.receiver));
  if (failed && *failed) std::rethrow_exception(*failed);
  return keys == all && heard == all / 2;
}

}  // namespace ch06
