// map.hpp -- map(future, fn): the future whose output is fn of the other's output.
//
//   auto length = map(read_name(), [](std::string name) { return name.size(); });
//
// What may be given: given.hpp. Inside a coroutine `fn(co_await future)` is shorter; map is for futures that
// are handed on, to a join, a select or a spawn, without a coroutine's frame.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns the future and fn. The future is destroyed when it finishes, before fn is called. May be
//   moved until its first poll, if the future may.
// Errors: what the future or fn throws comes out of poll.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "common/future/child.hpp"
#include "common/future/given.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

// The call of fn with an output, which is no parameter at all if there is none.
template <class Fn, class T>
struct ResultWith : std::invoke_result<Fn, T> {};
template <class Fn>
struct ResultWith<Fn, void> : std::invoke_result<Fn> {};

}  // namespace detail

template <Future F, class Fn>
class [[nodiscard("a map does nothing until it is awaited or polled")]] Map {
 public:
  using Output = typename detail::ResultWith<Fn, OutputOf<F>>::type;

  template <class Given, class G>
  explicit Map(std::in_place_t, Given&& future, G&& fn)
      : future_(std::in_place, future_maker(std::forward<Given>(future))), fn_(std::forward<G>(fn)) {}

  Poll<Output> poll(Context& cx) {
    if (!future_.poll(cx)) return Pending();
    if constexpr (std::is_void_v<Output>) {
      call();
      return Ready();
    } else {
      return Ready(call());
    }
  }

 private:
  Output call() {
    if constexpr (std::is_void_v<OutputOf<F>>) {
      future_.take();
      return std::invoke(std::move(fn_));
    } else {
      return std::invoke(std::move(fn_), future_.take());
    }
  }

  detail::Child<F> future_;
  Fn fn_;
};

template <class Given, class Fn>
[[nodiscard]] auto map(Given&& future, Fn&& fn) {
  return Map<detail::Kept<Given>, std::decay_t<Fn>>(std::in_place, std::forward<Given>(future),
                                                    std::forward<Fn>(fn));
}

}  // namespace async::inline ASYNC_FLAVOUR
