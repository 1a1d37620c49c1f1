// wake_set.hpp -- the models of common/future/wake_set, through join_all: each child is woken for itself.
#pragma once

#include <utility>
#include <vector>

#include "common/channel/oneshot.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join_all.hpp"

namespace async::models {

using OneshotSender = oneshot::Sender<Payload>;
using OneshotReceiver = oneshot::Receiver<Payload>;

inline void send_one(OneshotSender sender, int value) {
  const auto sent = std::move(sender).send(Payload(value));
  if (!sent) ASYNC_CHECK(sent.error().read() == value, "another value came back");
}

// Two children, each of which another thread brings to its end, while the set is polled, or sleeps.
inline void wake_set_joins_two() {
  auto first = oneshot::channel<Payload>(), second = oneshot::channel<Payload>();
  base::Thread one(send_one, std::move(first.sender), 1);
  base::Thread two(send_one, std::move(second.sender), 2);
  std::vector<OneshotReceiver> receivers;
  receivers.push_back(std::move(first.receiver));
  receivers.push_back(std::move(second.receiver));
  const auto got = block_on(join_all(std::move(receivers)));
  ASYNC_CHECK(got[0] && got[0]->read() == 1 && got[1] && got[1]->read() == 2, "another value came");
  one.join();
  two.join();
}

// The set is dropped while its children's wakers are called: the last owner destroys it.
inline void wake_set_is_dropped() {
  auto first = oneshot::channel<Payload>(), second = oneshot::channel<Payload>();
  base::Thread one, two;
  {
    std::vector<OneshotReceiver> receivers;
    receivers.push_back(std::move(first.receiver));
    receivers.push_back(std::move(second.receiver));
    auto joined = join_all(std::move(receivers));
    Context cx(Waker::noop());
    ASYNC_CHECK(joined.poll(cx).is_pending(), "nothing was sent");
    one = base::Thread(send_one, std::move(first.sender), 1);
    two = base::Thread(send_one, std::move(second.sender), 2);
  }
  one.join();
  two.join();
}

// Ready when it was woken for the second time. Whoever wakes it calls the newest waker, if there is one.
class TwoWakes {
 public:
  void wake() {
    Waker woken;
    {
      auto state = state_.lock();
      ++state->count;
      woken = std::move(state->waker);
    }
    std::move(woken).wake();
  }
  Poll<void> poll(Context& cx) {
    auto state = state_.lock();
    if (state->count == 2) return Ready();
    state->waker.refresh_from(cx.waker());
    return Pending();
  }

 private:
  struct State {
    int count = 0;
    Waker waker;
  };
  base::Locked<State> state_;
};
class WaitsForTwo {
 public:
  using Output = void;

  explicit WaitsForTwo(TwoWakes& wakes) : wakes_(&wakes) {}
  Poll<void> poll(Context& cx) { return wakes_->poll(cx); }

 private:
  TwoWakes* wakes_;
};

// One child, woken by two threads: before it is polled, while it is, and after it.
inline void wake_set_child_is_woken_twice() {
  TwoWakes wakes;
  base::Thread one([&] { wakes.wake(); });
  base::Thread two([&] { wakes.wake(); });
  std::vector<WaitsForTwo> children;
  children.emplace_back(wakes);
  block_on(join_all(std::move(children)));
  one.join();
  two.join();
}

inline constexpr Model models_of_wake_set[] = {
    {"wake_set_joins_two", wake_set_joins_two},
    {"wake_set_is_dropped", wake_set_is_dropped, {.preemptions = 3}},
    {"wake_set_child_is_woken_twice", wake_set_child_is_woken_twice, {.preemptions = 4}},
};

}  // namespace async::models
