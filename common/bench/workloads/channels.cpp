// channels.cpp -- messages between tasks: there and back, from many to one, one alone, and to an actor that answers.
#include "common/bench/workload.hpp"
#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using Number = std::uint64_t;
using Tasks = std::vector<JoinHandle<Number>>;

// ---- there and back ----------------------------------------------------------------------------------------

Async<Number> ping(mpsc::Sender<Number> there, mpsc::Receiver<Number> back, Number times) {
  Number sum = 0;
  for (Number i = 0; i < times; ++i) {
    (void)co_await there.send(i);
    sum += (co_await back.recv()).value();
  }
  co_return sum;
}

// Ends when the other side has dropped its sender.
Async<Number> pong(mpsc::Receiver<Number> there, mpsc::Sender<Number> back) {
  for (;;) {
    const auto number = co_await there.recv();
    if (!number) co_return 0;
    (void)co_await back.send(*number + 1);
  }
}

Async<Number> play(Number pairs, Number times) {
  Tasks players;
  players.reserve(2 * pairs);
  for (Number i = 0; i < pairs; ++i) {
    auto there = mpsc::channel<Number>(1);
    auto back = mpsc::channel<Number>(1);
    players.push_back(spawn(ping(std::move(there.sender), std::move(back.receiver), times)));
    players.push_back(spawn(pong(std::move(there.receiver), std::move(back.sender))));
  }
  co_return co_await sum_of(std::move(players));
}

// ---- from many to one --------------------------------------------------------------------------------------

struct Received {
  Number count = 0;
  Number sum = 0;
};

Async<Received> receive_all(mpsc::Receiver<Number> receiver) {
  Received received;
  for (;;) {
    const auto number = co_await receiver.recv();
    if (!number) co_return received;
    ++received.count;
    received.sum += *number;
  }
}

Async<void> send_numbers(mpsc::Sender<Number> sender, Number count) {
  for (Number i = 0; i < count; ++i) (void)co_await sender.send(i);
}

Async<Received> produce_and_consume(Number producers, Number each, Number capacity) {
  auto channel = mpsc::channel<Number>(capacity);
  auto consumer = spawn(receive_all(std::move(channel.receiver)));
  std::vector<JoinHandle<void>> senders;
  senders.reserve(producers);
  for (Number i = 0; i < producers; ++i) senders.push_back(spawn(send_numbers(channel.sender, each)));
  {
    const auto last = std::move(channel.sender);  // the channel closes when the producers have ended
  }
  for (auto& task : senders) (co_await task).value();
  co_return (co_await consumer).value();
}

// ---- one alone ---------------------------------------------------------------------------------------------

Async<void> send_one(oneshot::Sender<Number> sender, Number number) {
  (void)std::move(sender).send(number);
  co_return;
}

Async<Number> receive_one_each(Number n) {
  Number sum = 0;
  for (Number i = 0; i < n; ++i) {
    auto channel = oneshot::channel<Number>();
    spawn(send_one(std::move(channel.sender), i)).detach();
    sum += (co_await channel.receiver).value();
  }
  co_return sum;
}

// ---- an actor ----------------------------------------------------------------------------------------------

struct Request {
  Request(Number amount_, oneshot::Sender<Number> reply_) : amount(amount_), reply(std::move(reply_)) {}

  Number amount;
  oneshot::Sender<Number> reply;
};

Async<Number> add_up(mpsc::Receiver<Request> requests) {
  Number total = 0;
  for (;;) {
    auto request = co_await requests.recv();
    if (!request) co_return total;
    total += request->amount;
    (void)std::move(request->reply).send(total);
  }
}

// The sender is gone when it ends: so the actor ends with the last of them.
Async<void> give(mpsc::Sender<Request> adder, Number amount, oneshot::Sender<Number> reply) {
  Request request(amount, std::move(reply));
  (void)co_await adder.send(std::move(request));
}

Async<Number> ask(mpsc::Sender<Request> adder, Number amount) {
  auto channel = oneshot::channel<Number>();
  co_await give(std::move(adder), amount, std::move(channel.sender));
  co_return (co_await channel.receiver).value();
}

Async<Number> ask_in_tasks(Number n) {
  auto channel = mpsc::channel<Request>(n);
  auto adder = spawn(add_up(std::move(channel.receiver)));
  Tasks tasks;
  tasks.reserve(n);
  for (Number i = 0; i < n; ++i) tasks.push_back(spawn(ask(channel.sender, i)));
  {
    const auto last = std::move(channel.sender);
  }
  for (auto& task : tasks) (void)(co_await task).value();
  co_return (co_await adder).value();
}

}  // namespace

Figures ping_pong(const Options& options) {
  const Number times = share_of(options.n, options.pairs, "--pairs");
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const Number sum = run_root(runtime, play(options.pairs, times));
  const double seconds = watch.seconds();
  check_result("the sum of all replies", sum, options.pairs * (sum_below(times) + times));
  return {.seconds = seconds, .operations = options.pairs * times};
}

Figures mpsc_bounded(const Options& options) {
  const Number each = share_of(options.n, options.producers, "--producers");
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const Received all = run_root(runtime, produce_and_consume(options.producers, each, options.capacity));
  const double seconds = watch.seconds();
  check_result("the number of messages", all.count, options.producers * each);
  check_result("the sum of all messages", all.sum, options.producers * sum_below(each));
  return {.seconds = seconds,
          .operations = options.producers * each,
          .extra = {{"producers", std::to_string(options.producers)}}};
}

Figures one_shot(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const Number sum = run_root(runtime, receive_one_each(options.n));
  const double seconds = watch.seconds();
  check_result("the sum of all values", sum, sum_below(options.n));
  return {.seconds = seconds, .operations = options.n};
}

Figures actor(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const Number total = run_root(runtime, ask_in_tasks(options.n));
  const double seconds = watch.seconds();
  check_result("the actor's total", total, sum_below(options.n));
  return {.seconds = seconds, .operations = options.n};
}

}  // namespace async::inline ASYNC_FLAVOUR::bench
