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
#include "common/future/select.hpp"
#include "common/time/sleep.hpp"

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
    const auto state = state_;  // the new thread may destroy this group before start returns
    std::list<Entry>::iterator mine;
    {
      auto inside = state->lock();
      if (inside->is_closed) return false;
      mine = inside->running.emplace(inside->running.end());
    }
    base::Thread thread;
    try {
      // Without the lock: the system takes its time, and without a thread what `body` holds is destroyed.
      thread = base::Thread(std::move(how), [state, mine, run = std::move(body)]() mutable {
        of_this_thread() = state.get();
        {
          auto now = std::move(run);  // what it holds is gone before the thread signs off
          now();
        }
        settle(*state, mine, [](Entry& entry, bool) { entry.has_ended = true; });
      });
    } catch (...) {
      give_up(*state, mine);
      throw;
    }
    settle(*state, mine, [&thread](Entry& entry, bool are_left) {
      entry.thread = std::move(thread);
      entry.is_known = true;
      if (are_left) entry.thread.detach();
    });
    return true;
  }

  // No more threads: a wait() that comes now waits for all that there will ever be.
  void close() { state_->lock()->is_closed = true; }

  // Nobody will ever wait for them: each is left to itself. Said before the first is started.
  void leave() { state_->lock()->are_left = true; }

  [[nodiscard]] std::size_t size() const { return state_->lock()->running.size(); }

  // Blocks until all have ended, but at most for `limit`; those that run longer are left to themselves, and nobody
  // waits for them again. True if there are none. One of the group's own threads does not wait.
  // The limit is over when it is by this thread's clock, or by real time: a paused clock stands still as long as one
  // of the threads is stuck in a system call.
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
      (void)block_on(select(by_ref(all_ended), sleep(*limit), real_sleep(*limit)));
    } else {
      block_on(all_ended);
    }
    std::list<Entry> joined;  // without the lock
    auto inside = state_->lock();
    joined.swap(inside->ended);
    inside->are_left = !inside->running.empty();
    for (Entry& entry : inside->running) entry.thread.detach();
    return !inside->are_left;
  }

  // Whether the calling thread is one of these.
  [[nodiscard]] bool has_this_thread() const { return of_this_thread() == state_.get(); }

 private:
  // One thread. Its starter knows the handle, and the thread itself when it ends: either may be the first to say so.
  struct Entry {
    base::Thread thread;
    bool is_known = false;
    bool has_ended = false;
  };
  struct Inside {
    std::list<Entry> running;
    std::list<Entry> ended;  // at most one, which is to be joined
    bool is_closed = false;
    bool are_left = false;  // nobody waits for those that run any more
    Waker told;             // of the thread that waits

    Waker to_wake() { return running.empty() ? std::move(told) : Waker(); }
  };
  using State = base::Locked<Inside>;

  // `note(entry, are_left)` under the lock; whoever is the second has the thread joined by the next one.
  template <class Note>
  static void settle(State& state, std::list<Entry>::iterator mine, Note note) {
    std::list<Entry> before;  // joined here, without the lock
    Waker told;
    {
      auto inside = state.lock();
      note(*mine, inside->are_left);
      if (!mine->is_known || !mine->has_ended) return;
      before.swap(inside->ended);
      inside->ended.splice(inside->ended.end(), inside->running, mine);
      told = inside->to_wake();
    }
    std::move(told).wake();
  }

  // There is no thread.
  static void give_up(State& state, std::list<Entry>::iterator mine) {
    Waker told;
    {
      auto inside = state.lock();
      inside->running.erase(mine);
      told = inside->to_wake();
    }
    std::move(told).wake();
  }

  static Sleep real_sleep(Duration limit) {
    Clock& real = SystemClock::real_time();
    return Sleep(real, later(real.now(), limit));
  }

  // Whose thread the calling one is.
  static const State*& of_this_thread() {
    static thread_local constinit const State* state = nullptr;
    return state;
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace async::inline ASYNC_FLAVOUR
