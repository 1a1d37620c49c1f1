// probe.hpp -- Probe: a task that is pending until it is told to finish, counts its polls and keeps its waker.
//
// Thread safety: none, except that `waker` may be woken from anywhere. Lifetime: outlives its future.
#pragma once

#include <memory>
#include <optional>

#include "common/future/poll_fn.hpp"

#include "ch10_std_server/executor.hpp"

namespace ch10::tests {

struct Probe {
  int polls = 0;
  bool finish = false;
  std::optional<Waker> waker;  // of the latest poll
  std::weak_ptr<int> held;     // what the future holds: expired once the future is gone

  auto future() {
    auto inside = std::make_shared<int>(0);
    held = inside;
    return async::poll_fn([this, inside](Context& cx) -> Poll<void> {
      ++polls;
      waker = cx.waker().clone();
      if (finish) return Ready();
      return Pending();
    });
  }
};

// How many polls until the executor has nothing to poll. For the waking executor: the other one never ends.
inline int poll_while_woken(Executor& executor) {
  int polls = 0;
  while (polls < 100'000 && executor.poll()) ++polls;
  return polls;
}

}  // namespace ch10::tests
