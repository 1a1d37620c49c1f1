// spawn_blocking.hpp -- spawn_blocking(call): runs a call that blocks on a thread of its own; its result can be awaited.
//
//   const auto text = co_await spawn_blocking([path] { return read_slowly(path); });   // expected<string, JoinError>
//
// Dropping the JoinHandle lets the call run; abort() only helps while it waits for a thread.
// Thread safety: any thread. Lifetime: the callable and its arguments are kept until the call has returned.
// Errors: what the call throws is in the JoinError; so is that the pool was shut down before its turn.
#pragma once

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common/executor/blocking_pool.hpp"
#include "common/task/make_task.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

// A future that is ready at its first poll, which makes the call.
template <class Callable, class... Arguments>
class BlockingCall {
 public:
  using Output = std::invoke_result_t<Callable, Arguments...>;

  template <class C, class... A>
  explicit BlockingCall(std::in_place_t, C&& callable, A&&... arguments)
      : callable_(std::forward<C>(callable)), arguments_(std::forward<A>(arguments)...) {}
  BlockingCall(const BlockingCall&) = delete;
  BlockingCall& operator=(const BlockingCall&) = delete;

  Poll<Output> poll(Context&) {
    const auto call = [this](auto&... kept) -> Output {
      return std::invoke(std::move(callable_), std::move(kept)...);
    };
    if constexpr (std::is_void_v<Output>) {
      std::apply(call, arguments_);
      return Ready();
    } else {
      return Ready(std::apply(call, arguments_));
    }
  }

 private:
  Callable callable_;
  std::tuple<Arguments...> arguments_;
};

}  // namespace detail

template <class Callable, class... Arguments>
[[nodiscard]] auto spawn_blocking_on(BlockingPool& pool, Callable&& callable, Arguments&&... arguments) {
  using Call = detail::BlockingCall<std::decay_t<Callable>, std::decay_t<Arguments>...>;
  auto made = make_task(
      [&] {
        return Call(std::in_place, std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
      },
      // It never waits, so it is only ever queued here.
      [](Runnable again) { (void)std::move(again).run(); });
  auto handle = std::move(made.task).into_join_handle();
  pool.push(std::move(made.runnable));
  return handle;
}

// On the pool of the calling thread's runtime, else on the program's.
template <class Callable, class... Arguments>
[[nodiscard]] auto spawn_blocking(Callable&& callable, Arguments&&... arguments) {
  return spawn_blocking_on(BlockingPool::current(), std::forward<Callable>(callable),
                           std::forward<Arguments>(arguments)...);
}

}  // namespace async::inline ASYNC_FLAVOUR
