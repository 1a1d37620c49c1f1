// executor.hpp -- what the server and the client ask of an executor; polling/ and waking/ are the two answers.
//
// The book's executor polls every task on and on, and its waker wakes nobody. The other one polls a task only
// when it was woken, and sleeps in epoll meanwhile. `diff polling waking` shows all that this takes: the
// sockets, the frames, the server and the client are the same code on both.
//
// Thread safety: notify() from any thread; everything else from the thread that polls.
// Lifetime: destroying an executor destroys the futures of its unfinished tasks. Sockets, timers and futures
//   that know it die before it; wakers and JoinHandles may live on.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "common/base/descriptor.hpp"
#include "common/future/async.hpp"

#include "ch10_std_server/join_handle.hpp"

namespace ch10 {

using async::Async;
using async::Context;
using async::Future;
using async::OutputOf;
using async::Pending;
using async::Poll;
using async::Ready;
using async::Waker;
using async::base::Descriptor;
using Clock = std::chrono::steady_clock;

// A non-blocking socket, and the one task that waits for it. Immovable: epoll knows it by its address.
struct Socket {
  explicit Socket(Descriptor opened) : descriptor(std::move(opened)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  Descriptor descriptor;
  Waker waiter;
  bool in_epoll = false;
};

// A moment at which a task is to be woken. Immovable for the same reason.
struct Timer {
  explicit Timer(Clock::time_point when) : deadline(when) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  Clock::time_point deadline;
  Waker waiter;
  bool is_set = false;
};

enum class Interest { readable, writable };

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  // As in the book, every task is a future without output: a coroutine around the future sends what came of
  // it to the JoinHandle.
  template <Future F>
  JoinHandle<OutputOf<F>> spawn(F future) {
    auto [sender, handle] = join_channel<OutputOf<F>>();
    spawn_task(run_and_send(std::move(future), std::move(sender)));
    return std::move(handle);
  }

  // A task that nobody waits for. An exception that leaves it is told on stderr; the executor goes on.
  virtual void spawn_task(Async<void> task) = 0;

  // Polls one task. False if there is none that should be polled now.
  virtual bool poll() = 0;

  // Lets the thread sleep until notify(), or until a task should be polled. Returns at once if notify() came
  // since the last call: a notification is never lost, so look for new work after park(), not before.
  virtual void park() = 0;
  virtual void notify() = 0;

  // Sees to it that every task is polled once more: something changed that no waker knows of.
  virtual void wake_all() = 0;

  [[nodiscard]] virtual std::size_t unfinished() const = 0;

  // For the futures that would block: wake `waker` when the socket is worth another try, when the time comes.
  // May wake too early, never too late. A socket or timer keeps the newest waker alone.
  // Errors: std::system_error if the operating system refuses to watch the socket.
  virtual void wake_when(Socket& socket, Interest interest, const Waker& waker) = 0;
  virtual void wake_at(Timer& timer, const Waker& waker) = 0;
  virtual void forget(Timer& timer) = 0;

 protected:
  // Polls a task's future; true if that was its end.
  static bool poll_to_end(Async<void>& future, Context& cx);

 private:
  template <class F, class Sender>
  static Async<void> run_and_send(F future, Sender sender) {
    try {
      if constexpr (std::is_void_v<OutputOf<F>>) {
        co_await std::move(future);
        sender.send_value();
      } else {
        sender.send_value(co_await std::move(future));
      }
    } catch (...) {
      sender.send_exception(std::current_exception());
    }
  }
};

enum class ExecutorKind { waking, polling };

[[nodiscard]] std::unique_ptr<Executor> make_executor(ExecutorKind kind);
[[nodiscard]] std::string_view to_string(ExecutorKind kind);

}  // namespace ch10
