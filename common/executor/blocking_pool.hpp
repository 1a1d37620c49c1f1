// blocking_pool.hpp -- BlockingPool: threads for what blocks: files, name lookup, long computation.
//
// A task that blocks holds up all tasks of its thread; so it hands the call to this pool and awaits the result.
// A call goes to an idle thread, or to a new one, up to `max_threads`; beyond that calls wait for their turn, in
// order. A thread that had nothing to do for `keep_alive` ends.
//
// Thread safety: push from any thread; shutdown from any, once at a time.
// Invariants: (1) A thread is in `idle` from its look at an empty queue until a push takes it out and wakes it, or
//   its time is over. (2) A push takes out one idle thread, or starts one, or max_threads are on their way to
//   the queue. (3) Once closed, nothing is queued: what is pushed is dropped, which cancels it.
// Lifetime: the threads share the state, so that one which is stuck in a call may outlive the pool (shutdown with
//   a limit).
// Errors: std::invalid_argument for max_threads 0; std::system_error where not even one thread can be started.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"
#include "common/executor/thread_group.hpp"
#include "common/future/block_on.hpp"
#include "common/future/poll_fn.hpp"
#include "common/task/run_queue.hpp"
#include "common/time/timeout.hpp"

namespace async::inline ASYNC_FLAVOUR {

class BlockingPool {
 public:
  struct Options {
    std::size_t max_threads = 512;
    Duration keep_alive = std::chrono::seconds(10);
    ThreadSettings threads = {};
    // What a thread is to do around its work: called by the one that starts it, with what the thread would do.
    std::function<std::function<void()>(std::function<void()>)> surround = {};
  };

  explicit BlockingPool(Options options) : BlockingPool(std::move(options), false) {}
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  ~BlockingPool() { shutdown(); }

  // The calling thread's runtime has one; else there is one of the whole program, which goes by real time.
  [[nodiscard]] static BlockingPool& current() {
    BlockingPool* const mine = of_this_thread();
    return mine != nullptr ? *mine : of_the_program();
  }

  // While it lives, `pool` is the calling thread's.
  class Current {
   public:
    explicit Current(BlockingPool* pool) : before_(std::exchange(of_this_thread(), pool)) {}
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;
    ~Current() { of_this_thread() = before_; }

   private:
    BlockingPool* before_;
  };

  // Runs it on one of the threads. Cancelled at once if the pool is shut down.
  void push(Runnable runnable) { state_->push(state_, std::move(runnable)); }

  // What has not begun is cancelled. Waits for the calls that run, at most for `limit` if there is one; those that
  // run longer are left to themselves. True if none was. Does nothing the second time.
  bool shutdown(std::optional<Duration> limit = std::nullopt) {
    state_->close();
    state_->threads.close();
    return state_->threads.wait(limit);
  }

  // Whether the calling thread is one of its threads.
  [[nodiscard]] bool has_this_thread() const { return state_->threads.has_this_thread(); }

  [[nodiscard]] std::size_t threads() const { return state_->threads.size(); }
  [[nodiscard]] std::size_t idle_threads() const { return state_->locked.lock()->idle.size(); }
  [[nodiscard]] std::size_t queued() const { return state_->locked.lock()->queue.size(); }

 private:
  // A thread that has nothing to do.
  struct IdleThread : base::ListNode {
    Waker waker;
  };

  struct Inside {
    RunQueue queue;
    base::IntrusiveList<IdleThread> idle;
    std::size_t takers = 0;  // threads that will look at the queue again
    bool closed = false;
  };

  struct State {
    State(Options given, bool real_time)
        : options(std::move(given)),
          goes_by_real_time(real_time),
          clock(real_time ? SystemClock::real_time() : Clock::of_new_threads_here()) {
      if (options.max_threads == 0) {
        throw std::invalid_argument("a blocking pool needs max_threads from 1 on");
      }
    }

    void push(const std::shared_ptr<State>& self, Runnable runnable) {
      Waker woken;
      if (needs_thread(runnable, woken)) return start_thread(self, std::move(runnable));
      std::move(woken).wake();
    }

    // False: the runnable is in the queue, and `woken` is to take it; or it is refused, and left to be dropped.
    bool needs_thread(Runnable& runnable, Waker& woken) {
      auto inside = locked.lock();
      if (inside->closed) return false;
      IdleThread* const idle = inside->idle.front();
      if (idle == nullptr && inside->takers < options.max_threads) {
        ++inside->takers;  // the one that is started now, where no lock is held
        return true;
      }
      inside->queue.push(std::move(runnable));
      if (idle != nullptr) {
        inside->idle.remove(*idle);
        woken = std::move(idle->waker);
      }
      return false;
    }

    // With its first call.
    void start_thread(const std::shared_ptr<State>& self, Runnable runnable) {
      std::shared_ptr<std::optional<Runnable>> first;
      bool started = false;
      std::exception_ptr refused;
      try {
        first = std::make_shared<std::optional<Runnable>>(std::move(runnable));
        std::function<void()> body = [self, first] { self->run(*std::exchange(*first, std::nullopt)); };
        if (options.surround) body = options.surround(std::move(body));
        if (goes_by_real_time) {
          started = threads.start(base::Bystander{}, body);
        } else {
          const CurrentClock by(clock);  // the new thread goes by it, whoever starts it
          started = threads.start(options.threads.options(), body);
        }
      } catch (...) {
        refused = std::current_exception();
      }
      if (!started) without_thread(first.get(), refused);
    }

    // The thread that was promised did not come: the pool has been shut down, or the system refused it.
    void without_thread(std::optional<Runnable>* call, const std::exception_ptr& refused) {
      std::optional<RunQueue> dropped;  // without the lock
      Waker woken;
      {
        auto inside = locked.lock();
        if (--inside->takers != 0 && !inside->closed && call != nullptr) {  // one of the others takes it
          inside->queue.push(*std::exchange(*call, std::nullopt));
          if (IdleThread* const idle = inside->idle.front()) {
            inside->idle.remove(*idle);
            woken = std::move(idle->waker);
          }
        } else {
          dropped.emplace(std::move(inside->queue));  // what others left to that thread meanwhile
        }
      }
      std::move(woken).wake();
      if (dropped && refused) std::rethrow_exception(refused);
    }

    void run(Runnable first) {
      if (options.threads.on_start) options.threads.on_start();
      (void)std::move(first).run();
      while (auto runnable = take()) (void)std::move(*runnable).run();
      if (options.threads.on_stop) options.threads.on_stop();
    }

    // The next call; nothing: the thread is to end.
    std::optional<Runnable> take() {
      for (;;) {
        {
          auto inside = locked.lock();
          if (auto next = inside->queue.pop()) return next;
          if (inside->closed) return --inside->takers, std::nullopt;
        }
        IdleThread me;
        const CurrentClock by(clock);
        const bool in_time =
            block_on(timeout(options.keep_alive,
                             poll_fn([&](Context& cx) -> Poll<void> { return poll_idle(me, cx); })))
                .has_value();
        auto inside = locked.lock();
        if (me.is_linked()) inside->idle.remove(me);
        if (!in_time && inside->queue.is_empty()) return --inside->takers, std::nullopt;
      }
    }

    Poll<void> poll_idle(IdleThread& me, Context& cx) {
      Waker kept = cx.waker().clone();
      auto inside = locked.lock();
      if (!inside->queue.is_empty() || inside->closed) return Ready();
      std::swap(me.waker, kept);
      if (!me.is_linked()) inside->idle.push_back(me);
      return Pending();
    }

    void close() {
      std::optional<RunQueue> dropped;
      std::vector<Waker> woken;
      {
        auto inside = locked.lock();
        inside->closed = true;
        dropped.emplace(std::move(inside->queue));
        while (IdleThread* const first = inside->idle.front()) {
          inside->idle.remove(*first);
          woken.push_back(std::move(first->waker));
        }
      }
      for (Waker& each : woken) std::move(each).wake();
    }

    base::Locked<Inside> locked;
    ThreadGroup threads;
    const Options options;
    const bool goes_by_real_time;
    Clock& clock;  // of the keep-alive
  };

  BlockingPool(Options options, bool goes_by_real_time)
      : state_(std::make_shared<State>(std::move(options), goes_by_real_time)) {
    if (goes_by_real_time) state_->threads.leave();  // the program's: it is never destroyed
  }

  // Whose calls the calling thread makes: spawn_blocking's choice.
  static BlockingPool*& of_this_thread() {
    static thread_local constinit BlockingPool* pool = nullptr;
    return pool;
  }
  // Never destroyed: a call may run to the program's end. Its threads take part in no clock that can end before.
  static BlockingPool& of_the_program() {
    static BlockingPool& pool = *new BlockingPool(Options{}, true);
    return pool;
  }

  std::shared_ptr<State> state_;
};

}  // namespace async::inline ASYNC_FLAVOUR
