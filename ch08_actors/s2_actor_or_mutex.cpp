// s2_actor_or_mutex.cpp -- the demos of 8.2: an actor against a mutex, timed; and something else meanwhile.
#include "ch08_actors/s2_actor_or_mutex.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/demo/fixed.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/mutex.hpp"
#include "common/time/sleep.hpp"

#include "ch08_actors/demos.hpp"
#include "ch08_actors/s1_actors.hpp"

namespace ch08 {
namespace {

using demo::println;
using SharedSum = std::shared_ptr<Mutex<std::int64_t>>;
using RealMilliseconds = std::chrono::duration<double, std::milli>;

Async<std::int64_t> actor_replacement(SharedSum state, std::int64_t value) {
  auto sum = co_await state->lock();
  *sum += value;
  co_return *sum;
}

Async<> by_own_task(SharedSum state, std::int64_t value) {
  auto update = spawn(actor_replacement, state, value);
  // Here it could do something else.
  (void)co_await update;
}

Async<> by_message(mpsc::Sender<RespMessage> to, std::int64_t value) {
  auto [resp_tx, resp_rx] = oneshot::channel<std::int64_t>();
  RespMessage message(value, std::move(resp_tx));
  (void)co_await to.send(std::move(message));
  // Here it could do something else.
  (void)co_await std::move(resp_rx);
}

template <class T>
Async<> all_of(std::vector<JoinHandle<T>> handles) {
  for (auto& handle : handles) (void)co_await handle;
}

// An actor whose answer takes a while.
Async<> slow_actor(mpsc::Receiver<RespMessage> receiver, Duration transaction) {
  for (;;) {
    auto message = co_await receiver.recv();
    if (!message) break;
    co_await sleep(transaction);
    (void)std::move(message->responder).send(message->value);
  }
}

Async<> slow_update(SharedSum state, Duration transaction) {
  auto sum = co_await state->lock();
  co_await sleep(transaction);
  ++*sum;
}

Async<> something_else(Duration duration) { co_await sleep(duration); }

// In real time: this is work, not waiting.
struct Timed {
  std::int64_t sum = 0;
  RealMilliseconds time{};
};
Timed timed(const Runtime& runtime, Async<std::int64_t> sum) {
  const auto start = std::chrono::steady_clock::now();
  Timed result;
  result.sum = runtime.block_on(std::move(sum));
  result.time = std::chrono::steady_clock::now() - start;
  return result;
}

void print_time(const demo::Options& options, std::string_view what, const Timed& timed) {
  println(what, demo::shown(options, demo::fixed(timed.time.count(), 1), "<ms>"), " ms");
}
void print_ratio(const demo::Options& options, std::string_view what, const Timed& slow, const Timed& quick) {
  println(what, demo::shown(options, demo::fixed(slow.time / quick.time, 1), "<ratio>"), " times");
}

}  // namespace

Async<std::int64_t> sum_by_actor(std::int64_t tasks) {
  // Room for all, as in the book: nobody waits for room.
  auto [tx, rx] = mpsc::channel<RespMessage>(static_cast<std::size_t>(tasks) + 1);
  auto actor = spawn(resp_actor, std::move(rx));
  std::vector<JoinHandle<>> handles;
  for (std::int64_t i = 0; i < tasks; ++i) handles.push_back(spawn(by_message, tx, i));
  co_await all_of(std::move(handles));
  auto [resp_tx, resp_rx] = oneshot::channel<std::int64_t>();
  RespMessage last(0, std::move(resp_tx));
  (void)co_await tx.send(std::move(last));
  const auto sum = co_await std::move(resp_rx);
  {
    const auto gone = std::move(tx);
  }
  (void)co_await actor;
  co_return sum.value();
}

Async<std::int64_t> sum_by_mutex(std::int64_t tasks) {
  const auto state = std::make_shared<Mutex<std::int64_t>>(0);
  std::vector<JoinHandle<std::int64_t>> handles;
  for (std::int64_t i = 0; i < tasks; ++i) handles.push_back(spawn(actor_replacement, state, i));
  co_await all_of(std::move(handles));
  const auto sum = co_await state->lock();
  co_return *sum;
}

Async<std::int64_t> sum_by_mutex_in_own_task(std::int64_t tasks) {
  const auto state = std::make_shared<Mutex<std::int64_t>>(0);
  std::vector<JoinHandle<>> handles;
  for (std::int64_t i = 0; i < tasks; ++i) handles.push_back(spawn(by_own_task, state, i));
  co_await all_of(std::move(handles));
  const auto sum = co_await state->lock();
  co_return *sum;
}

Async<Duration> meanwhile_by_actor(Duration transaction) {
  auto [tx, rx] = mpsc::channel<RespMessage>(1);
  auto actor = spawn(slow_actor, std::move(rx), transaction);
  const Instant start = now();
  auto [resp_tx, resp_rx] = oneshot::channel<std::int64_t>();
  RespMessage message(1, std::move(resp_tx));
  (void)co_await tx.send(std::move(message));
  co_await something_else(transaction);
  (void)co_await std::move(resp_rx);
  const Duration taken = now() - start;
  {
    const auto gone = std::move(tx);
  }
  (void)co_await actor;
  co_return taken;
}

Async<Duration> meanwhile_by_mutex(Duration transaction) {
  const auto state = std::make_shared<Mutex<std::int64_t>>(0);
  const Instant start = now();
  co_await slow_update(state, transaction);
  co_await something_else(transaction);
  co_return now() - start;
}

Async<Duration> meanwhile_by_mutex_in_own_task(Duration transaction) {
  const auto state = std::make_shared<Mutex<std::int64_t>>(0);
  const Instant start = now();
  auto update = spawn(slow_update, state, transaction);
  co_await something_else(transaction);
  (void)co_await update;
  co_return now() - start;
}

bool actor_or_mutex_demo(const demo::Options& options) {
  const auto tasks = static_cast<std::int64_t>(options.count("tasks"));
  const demo::WaitingFor waiting("an actor and a mutex to add up", std::chrono::minutes(10));
  const Runtime runtime = Builder::new_multi_thread().build();
  const Timed actor = timed(runtime, sum_by_actor(tasks));
  const Timed in_own_task = timed(runtime, sum_by_mutex_in_own_task(tasks));
  const Timed mutex = timed(runtime, sum_by_mutex(tasks));
  println(tasks, " tasks that add to one sum");
  print_time(options, "an actor is asked:                 ", actor);
  print_time(options, "a mutex, in a task of its own each: ", in_own_task);
  print_time(options, "a mutex:                           ", mutex);
  print_ratio(options, "the mutex in tasks of its own against the actor: ", in_own_task, actor);
  print_ratio(options, "the mutex alone against the actor:               ", mutex, actor);
  const std::int64_t sum = tasks * (tasks - 1) / 2;
  const bool equal = actor.sum == sum && in_own_task.sum == sum && mutex.sum == sum;
  println("all three have the same sum: ", demo::yes_or_no(equal));
  return equal;
}

bool meanwhile_demo(const demo::Options& options) {
  using std::chrono::milliseconds;
  const demo::WaitingFor waiting("three transactions of a second");
  const auto print = [&](std::string_view what, Duration taken) {
    const auto shown_ms = std::chrono::duration_cast<milliseconds>(taken).count();
    println(what, options.paused ? std::to_string(shown_ms) : demo::shown(options, shown_ms, "<ms>"), " ms");
  };
  const Duration second = std::chrono::seconds(1);
  println("a transaction takes a second, and something else takes a second");
  const Duration actor = run_async_main(meanwhile_by_actor(second), RuntimeFlavor::current_thread);
  print("an actor is asked, and answers later: ", actor);
  const Duration mutex = run_async_main(meanwhile_by_mutex(second), RuntimeFlavor::current_thread);
  print("a mutex is waited for:                ", mutex);
  const Duration own = run_async_main(meanwhile_by_mutex_in_own_task(second), RuntimeFlavor::current_thread);
  print("a mutex, in a task of its own:        ", own);
  // By a real clock a busy machine adds to it.
  return !options.paused || (actor == second && mutex == 2 * second && own == second);
}

}  // namespace ch08
