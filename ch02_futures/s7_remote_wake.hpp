// s7_remote_wake.hpp -- MyFuture waits for data, and whoever brings it wakes the task: two polls.
//
// The future and the outside share a state: the data, and the waker of whoever waits for it. Under its lock
// nothing is done but to exchange them: a waker is somebody else's code, and is cloned, called and dropped
// outside.
//
// Thread safety: provide() from any thread, before or after the first poll. Lifetime: each side may go first.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/locked.hpp"
#include "common/channel/channel.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"

namespace ch02 {

using namespace async;
using demo::println;

struct MyFutureState {
  std::optional<std::string> data;
  Waker waker;    // at first one that wakes nobody
  int polls = 0;  // for who wants to know
};
using SharedState = std::shared_ptr<base::Locked<MyFutureState>>;

class MyFuture {
 public:
  using Output = std::string;

  explicit MyFuture(SharedState state) : state_(std::move(state)) {}

  Poll<std::string> poll(Context& cx) {
    println("Polling the future");
    Waker waker = cx.waker().clone();
    auto state = state_->lock();
    ++state->polls;
    if (state->data) return Ready(*std::move(state->data));
    std::swap(state->waker, waker);  // the newest one counts; the one before goes when the lock is free
    return Pending();
  }

 private:
  SharedState state_;
};

// Data that comes before the first poll wakes nobody, and that poll finds it. (The book looks for the waker
// in a loop, with the lock held: then there is none, and never will be.)
inline void provide(SharedState& shared, std::string data) {
  Waker waker;
  {
    auto state = shared->lock();
    state->data = std::move(data);
    std::swap(state->waker, waker);
  }
  std::move(waker).wake();
}

// The outside: once it is told to, it brings the data.
inline Async<> trigger(Receiver<std::monostate> go, SharedState state) {
  const auto told = co_await go.recv_async();
  if (told) provide(state, "Hello from the outside");
}

bool remote_wake_demo(const demo::Options& options);

}  // namespace ch02
