// s6_shutdown.cpp -- counting until a signal comes, and then asking all threads.
#include "ch07_runtime_tuning/s6_shutdown.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"

#include "ch07_runtime_tuning/s6_ctrl_c.hpp"
#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<> complete(std::vector<JoinHandle<>> handles) {
  co_await wait_for_all(std::move(handles));
  println("All futures completed");
}

// In the thread of the runtime that listens, so the signal is there before anything
// else happens: see send_to_oneself.
Async<> send_signal(SignalKind kind, std::optional<Duration> after, JoinHandle<> all) {
  if (after) {
    co_await sleep(*after);
  } else {
    (void)co_await all;
  }
  send_to_oneself(kind.as_raw());
}

}  // namespace

Async<Counters> count_until(SignalKind kind, LocalPoolHandle pool, std::size_t tasks, Ending ending) {
  Signal signals = listen_to(kind);
  auto all = spawn(complete(spawn_adders(pool, tasks)));
  if (ending.sends) {
    spawn(send_signal(kind, ending.wait, std::move(all))).detach();
  } else {
    std::move(all).detach();
  }
  const auto heard = co_await signals.recv();
  if (!heard) throw std::runtime_error(heard.error().message());
  println(kind == SignalKind::interrupt() ? "ctrl-c received!" : "SIGHUP received!");
  co_return co_await get_complete_count(pool);
}

}  // namespace ch07
