// s4_throttle.cpp -- the machine that counts, and the demo of 9.4: ten tasks, of which three may run.
#include "ch09_patterns/s4_throttle.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/selected.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/demos.hpp"
#include "ch09_patterns/s4_switch.hpp"
#include "ch09_patterns/s5_retry.hpp"

namespace ch09 {

class ThrottleMachine {
 public:
  explicit ThrottleMachine(std::size_t threshold) : threshold_(threshold) {}

  void handle(ThrottleEvent event) {
    match(
        std::move(event.what), [this](MayBegin question) { answer(std::move(question)); },
        [this](HasEnded) { --running_; });
  }

  // What has to happen to the switch now.
  [[nodiscard]] Event wanted() const { return running_ >= threshold_ ? Event::switch_off : Event::switch_on; }
  [[nodiscard]] std::size_t most() const { return most_; }

 private:
  void answer(MayBegin question) {
    if (wanted() == Event::switch_off) {
      (void)std::move(question.reply).send(std::unexpected(Refusal::off));
      return;
    }
    question.admission.counts_ = true;
    most_ = std::max(most_, ++running_);
    // If nobody waits for it any more it comes back, is destroyed, and HasEnded is the next event.
    (void)std::move(question.reply).send(Answer(std::move(question.admission)));
  }

  const std::size_t threshold_;
  std::size_t running_ = 0, most_ = 0;
};

Admission::~Admission() {
  if (counts_) (void)throttle_.send(ThrottleEvent(HasEnded()));
}

Async<std::size_t> run_throttle(mpsc::UnboundedReceiver<ThrottleEvent> events, std::size_t threshold) {
  if (threshold == 0) throw std::invalid_argument("the threshold of a throttle must be at least 1");
  ThrottleMachine machine(threshold);
  State state = State::on;
  for (;;) {
    auto event = co_await events.recv();
    if (!event) co_return machine.most();
    machine.handle(*std::move(event));
    if (after(state, machine.wanted()) != state) state = co_await transition(state, machine.wanted());
  }
}

Async<Answer> ask(Throttle throttle) {
  auto [reply, answer] = oneshot::channel<Answer>();
  ThrottleEvent question{MayBegin(Admission(throttle), std::move(reply))};
  if (!throttle.send(std::move(question))) co_return std::unexpected(Refusal::gone);
  auto received = co_await std::move(answer);
  if (!received) co_return std::unexpected(Refusal::gone);
  co_return *std::move(received);
}

namespace {

using demo::println;
using namespace std::chrono_literals;

// What the tasks see themselves. All of them run in one thread.
struct Throttled {
  std::size_t running = 0, most = 0, finished = 0, refused = 0;
};

// A second of work.
Async<> throttled_task(std::size_t id, Throttle throttle, Throttled& all) {
  // Asks again after 1, 2, 4 ... s, and does not give up as long as there is a machine.
  const Backoff backoff({.tries = Backoff::kNoEnd, .cap = 16s});
  const auto question = [&throttle] { return ask(throttle); };
  const auto again = [&all](Refusal refusal) {
    ++all.refused;
    return refusal == Refusal::off;
  };
  auto admitting = retry(backoff, question, again);
  const auto admitted = co_await std::move(admitting);
  if (!admitted) throw std::runtime_error("the throttle is gone");
  println("task ", id, " begins at second ", demo::whole_seconds(now().time_since_epoch()));
  all.most = std::max(all.most, ++all.running);
  co_await sleep(1s);
  --all.running;
  ++all.finished;
}

Async<> throttled_tasks(std::size_t tasks, std::size_t threshold, Throttled& all) {
  auto [throttle, events] = mpsc::unbounded_channel<ThrottleEvent>();
  auto machine = spawn(run_throttle, std::move(events), threshold);
  std::vector<JoinHandle<>> handles;
  for (std::size_t id = 1; id <= tasks; ++id) {
    handles.push_back(spawn(throttled_task, id, throttle, std::ref(all)));
  }
  {
    const auto last = std::move(throttle);
  }
  for (auto& handle : handles) {
    const auto ended = co_await handle;
    if (!ended) ended.error().rethrow();
  }
  const auto ended = co_await machine;
  if (!ended) ended.error().rethrow();
}

}  // namespace

bool throttle_demo(const demo::Options& options) {
  const std::size_t tasks = options.count("tasks"), threshold = options.count("threshold");
  // In the worst case one of them has its turn after each pause, and the longest pause is 16 s.
  const demo::WaitingFor waiting("tasks that are throttled", 20s + options.limit(17s * tasks));
  Throttled all;
  run_async_main(throttled_tasks(tasks, threshold, all), RuntimeFlavor::current_thread);
  println(all.finished, " tasks, at most ", all.most, " at once, refused ", all.refused, " times");
  return all.finished == tasks && all.most <= threshold;
}

}  // namespace ch09
