// join_set.hpp -- JoinSet<T>: tasks of one kind; their results come in the order in which they finish.
//
//   JoinSet<int> set;
//   for (int i = 0; i < 10; ++i) set.spawn(work(i));
//   for (;;) {
//     auto next = co_await set.join_next();      // std::optional<std::expected<T, JoinError>>
//     if (!next) break;                          // all have been given out
//   }
//
// Dropping the set aborts what is left in it; detach_all() lets it run.
// What happens when: a task that ends puts its number into a channel; that wakes join_next, in the task's thread.
// Thread safety: one thread at a time. Lifetime: join_next's future is dropped before the set, and before detach_all;
//   dropping it loses nothing, the result stays for the next one.
// Allocates: an entry of a map and one of a channel for each task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/channel/channel.hpp"
#include "common/future/async.hpp"
#include "common/runtime/handle.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T = void>
class JoinSet {
 public:
  using Result = std::expected<T, JoinError>;

  JoinSet() = default;
  JoinSet(JoinSet&&) noexcept = default;
  JoinSet& operator=(JoinSet&&) = delete;
  ~JoinSet() { abort_all(); }

  // On the current runtime. As async::spawn; the task stays in the set until it is given out.
  template <class... Given>
  AbortHandle spawn(Given&&... given) {
    return spawn_on(Handle::current(), std::forward<Given>(given)...);
  }
  template <class... Given>
  AbortHandle spawn_on(const Handle& runtime, Given&&... given) {
    const Number number = ++last_;
    auto make = future_maker(std::forward<Given>(given)...);
    return insert(number, runtime.spawn([&] { return Numbered(Ended(number, ends_.sender), make); }));
  }
  template <class Call>
  AbortHandle spawn_blocking(Call&& call) {
    const Number number = ++last_;
    return insert(number, Handle::current().spawn_blocking(
                              [ended = Ended(number, ends_.sender),
                               kept = std::forward<Call>(call)]() mutable { return std::move(kept)(); }));
  }

  // The next one that has finished; nothing if the set is empty.
  [[nodiscard]] Async<std::optional<Result>> join_next() {
    while (!tasks_.empty()) {
      if (!next_) {
        const auto number = co_await ends_.receiver.recv_async();
        next_ = *number;
      }
      const auto found = tasks_.find(*next_);
      if (found == tasks_.end()) {  // it could not even be spawned
        next_.reset();
        continue;
      }
      // It has ended, or is about to: in this very moment its thread may still be storing the result.
      Result result =
          co_await found->second;  // a reference into the map: stays, whatever is spawned meanwhile
      tasks_.erase(*std::exchange(next_, std::nullopt));
      co_return result;
    }
    co_return std::nullopt;
  }

  // All that are left, in the order in which they finish. The first error comes instead, and the rest is aborted.
  [[nodiscard]] Async<std::expected<std::vector<T>, JoinError>> join_all()
    requires(!std::is_void_v<T>)
  {
    std::vector<T> outputs;
    for (;;) {
      auto next = co_await join_next();
      if (!next) break;
      if (!*next) {
        abort_all();
        co_return std::unexpected(next->error());
      }
      outputs.push_back(**std::move(next));
    }
    co_return outputs;
  }

  // Aborts all and waits until they are gone.
  [[nodiscard]] Async<void> shutdown() {
    abort_all();
    for (;;) {
      const auto next = co_await join_next();
      if (!next) break;
    }
  }

  // Without effect on those that have finished; all stay in the set.
  void abort_all() {
    for (auto& [number, handle] : tasks_) handle.abort();
  }
  // The tasks run on; their results are lost.
  void detach_all() {
    tasks_.clear();
    next_.reset();
    ends_ = unbounded<Number>();  // what the others still say goes nowhere
  }

  [[nodiscard]] std::size_t size() const { return tasks_.size(); }
  [[nodiscard]] bool is_empty() const { return tasks_.empty(); }

 private:
  using Number = std::uint64_t;

  // Says that a task has ended, however it did.
  class Ended {
   public:
    Ended(Number number, Sender<Number> to) : number_(number), to_(std::move(to)) {}
    Ended(Ended&& other) noexcept : number_(std::exchange(other.number_, 0)), to_(std::move(other.to_)) {}
    Ended& operator=(Ended&&) = delete;
    ~Ended() {
      if (number_ != 0) (void)to_.try_send(number_);
    }

   private:
    Number number_;
    Sender<Number> to_;
  };

  // The task's future: the one that was given is gone before it says that it has ended.
  template <class Make>
  class Numbered {
   public:
    using Kept = std::invoke_result_t<Make&>;
    using Output = OutputOf<Kept>;

    Numbered(Ended ended, Make& make) : ended_(std::move(ended)), future_(make()) {}
    Numbered(const Numbered&) = delete;
    Numbered& operator=(const Numbered&) = delete;

    Poll<Output> poll(Context& cx) { return future_.poll(cx); }
    [[nodiscard]] auto waiting_at() const
      requires requires(const Kept& kept) { kept.waiting_at(); }
    {
      return future_.waiting_at();
    }

   private:
    Ended ended_;
    Kept future_;
  };

  AbortHandle insert(Number number, JoinHandle<T> handle) {
    AbortHandle abort = handle.abort_handle();
    tasks_.emplace(number, std::move(handle));
    return abort;
  }

  Number last_ = 0;
  Channel<Number> ends_ = unbounded<Number>();
  std::unordered_map<Number, JoinHandle<T>> tasks_;
  std::optional<Number> next_;  // taken from the channel, and not given out yet
};

}  // namespace async::inline ASYNC_FLAVOUR
