// thread_group.hpp -- ThreadGroup: threads that come and go; one that ends is joined by the next one, or at the end of all.
//
// Thread safety: start from any thread; wait from one at a time.
// Lifetime: the threads share the state, so one that is left to itself by wait(limit) may outlive the group.
// Errors: std::system_error if the system has no more threads, or refuses the stack size.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/locked.hpp"
#include "common/executor/thread_settings.hpp"
#include "common/future/block_on.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/poll_fn.hpp"
#include "common/time/timeout.hpp"

namespace async::inline ASYNC_FLAVOUR {

class ThreadGroup {
 public:
  ThreadGroup() = default;
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;
  ~ThreadGroup() { (void)wait(); }

  // `how`: base::ThreadOptions or base::Bystander. False, and nothing is started, after close().
  template <class How, class Body>
  bool start(How how, Body body) {
    // Under the lock: the new thread, which takes it at its end, finds its own entry complete.
    auto inside = state_->lock();
    if (inside->is_closed) return false;
    const auto mine = inside->running.emplace(inside->running.end());
    try {
      *mine = base::Thread(std::move(how), [state = state_, mine, run = std::move(body)]() mutable {
        of_this_thread() = state.get();
        {
          auto now = std::move(run);  // what it holds is gone before the thread signs off
          now();
        }
        leave(*state, mine);
      });
    } catch (...) {
      inside->running.erase(mine);
      throw;
    }
    return true;
  }

  // No more threads: a wait() that comes now waits for all that there will ever be.
  void close() { state_->lock()->is_closed = true; }

  [[nodiscard]] std::size_t size() const { return state_->lock()->running.size(); }

  // Blocks until all have ended, but at most for `limit`; those that run longer are left to themselves, and nobody
  // waits for them again. True if there are none. One of the group's own threads does not wait.
  bool wait(std::optional<Duration> limit = std::nullopt) {
    if (has_this_thread()) limit = Duration::zero();
    auto all_ended = poll_fn([this](Context& cx) -> Poll<void> {
      Waker kept = cx.waker().clone();
      auto inside = state_->lock();
      if (inside->running.empty() || inside->are_left) return Ready();
      std::swap(inside->told, kept);
      return Pending();
    });
    if (limit) {
      const CurrentClock by(Clock::of_new_threads_here());  // one that goes on while this thread blocks
      (void)block_on(timeout(*limit, by_ref(all_ended)));
    } else {
      block_on(all_ended);
    }
    std::list<base::Thread> joined;  // without the lock
    auto inside = state_->lock();
    joined.swap(inside->ended);
    inside->are_left = !inside->running.empty();
    for (base::Thread& thread : inside->running) thread.detach();
    return !inside->are_left;
  }

  // Whether the calling thread is one of these.
  [[nodiscard]] bool has_this_thread() const { return of_this_thread() == state_.get(); }

 private:
  struct Inside {
    std::list<base::Thread> running;
    std::list<base::Thread> ended;  // at most one, which is to be joined
    bool is_closed = false;
    bool are_left = false;  // nobody waits for those that run any more
    Waker told;             // of the thread that waits
  };
  using State = base::Locked<Inside>;

  static void leave(State& state, std::list<base::Thread>::iterator mine) {
    std::list<base::Thread> before;  // joined here, without the lock
    Waker told;
    {
      auto inside = state.lock();
      before.swap(inside->ended);
      inside->ended.splice(inside->ended.end(), inside->running, mine);
      if (inside->running.empty()) told = std::move(inside->told);
    }
    std::move(told).wake();
  }

  // Whose thread the calling one is.
  static const State*& of_this_thread() {
    static thread_local constinit const State* state = nullptr;
    return state;
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace async::inline ASYNC_FLAVOUR
