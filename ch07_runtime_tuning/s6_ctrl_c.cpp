// s6_ctrl_c.cpp -- the demos of 7.6 about Ctrl-C: three times; and on a thread that never blocks.
#include "ch07_runtime_tuning/s6_ctrl_c.hpp"

#include <unistd.h>

#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_gate.hpp"
#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using demo::println;

// Polled when main awaits the signal: tasks have their turn after main's future.
Async<> press_ctrl_c() {
  send_to_oneself(SIGINT);
  co_return;
}

Async<> hear_three(bool interactive) {
  Signal interrupts = listen_to(SignalKind::interrupt());
  for (int count = 0; count < 3; ++count) {
    if (!interactive) spawn(press_ctrl_c()).detach();
    const auto heard = co_await interrupts.recv();
    if (!heard) throw std::runtime_error(heard.error().message());
    println("ctrl-c received!");
  }
}

// Also if main cannot listen: else the end of that runtime would wait for its worker.
struct OpensAtTheEnd {
  Gate& gate;
  ~OpensAtTheEnd() { gate.open(); }
};

}  // namespace

// The book's main spins in an empty loop; this one sends the signals, or waits for yours.
bool ctrl_c_demo(const demo::Options& options) {
  const SignalScope scope(SIGINT);
  const demo::WaitingFor waiting("Ctrl-C, three times", patience(options));
  if (options.interactive) println("press Ctrl-C three times");
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
  base::Parker listens;
  auto background = runtime.spawn([&listens] { return cleanup(listens); });
  for (int i = 0; i < 3 && !options.interactive; ++i) {
    listens.park();
    ::kill(::getpid(), SIGINT);
  }
  const auto ended = block_on(background);
  return ended.has_value();
}

// The cure: main awaits the signal and does nothing else. Whatever blocks, blocks the
// threads of another runtime.
bool ctrl_c_own_thread_demo(const demo::Options& options) {
  const SignalScope scope(SIGINT);
  const demo::WaitingFor waiting("Ctrl-C, three times", patience(options));
  Gate blocked;
  base::Thread own("runtime's own", [&blocked] {
    const Runtime runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.block_on([&]() -> Async<> {
      println("Hello, world!");
      const auto held = co_await runtime.spawn(blocked.visit());
      ASYNC_CHECK(held, "the task that blocks its worker ends well");
    });
  });
  const OpensAtTheEnd lets_go{blocked};
  blocked.wait_for(1);
  println("the only worker of that runtime is blocked");
  if (options.interactive) println("press Ctrl-C three times");
  run_async_main(hear_three(options.interactive), RuntimeFlavor::current_thread);
  println("main has heard all of them; the worker may go on");
  return true;
}

}  // namespace ch07
