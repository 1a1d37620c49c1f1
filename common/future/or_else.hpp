// or_else.hpp -- or_else(future, fn): goes on with the future that fn makes of an error; a value ends it.
//
//   auto page = or_else(fetch(mirror), [](Error) { return fetch(origin); });
//
// The first future gives std::expected<T, E>; fn takes the E and returns a future of std::expected<T, F>. A
// value of the first is the output at once, and fn is never called. The mirror image of and_then.hpp, line by
// line.
// What may be given: given.hpp.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns the future, fn, and the second future. The first is destroyed when it finishes, before fn is
//   called; fn stays as long as the second, which may refer into it. May be moved until its first poll, if
//   the futures may.
// Errors: E and F are values. What the futures or fn throw comes out of poll.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/future/child.hpp"
#include "common/future/expected_output.hpp"
#include "common/future/given.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <ExpectedFuture F, class Fn>
class [[nodiscard("an or_else does nothing until it is awaited or polled")]] OrElse {
  using Second = std::invoke_result_t<Fn&, ErrorTypeOf<F>>;
  static_assert(ExpectedFuture<Second>, "the function of or_else returns a future of std::expected");
  static_assert(std::is_same_v<ValueTypeOf<Second>, ValueTypeOf<F>>, "or_else keeps the type of the value");

 public:
  using Output = OutputOf<Second>;

  template <class Given, class G>
  explicit OrElse(std::in_place_t, Given&& future, G&& fn)
      : first_(std::in_place, future_maker(std::forward<Given>(future))), fn_(std::forward<G>(fn)) {}

  Poll<Output> poll(Context& cx) {
    if (!second_) {
      if (!first_.poll(cx)) return Pending();
      auto answer = first_.take();
      if (answer) {
        if constexpr (std::is_void_v<ValueTypeOf<F>>) {
          return Ready(Output());
        } else {
          return Ready(Output(std::in_place, *std::move(answer)));
        }
      }
      second_.emplace(std::in_place, [&]() -> Second { return std::invoke(fn_, std::move(answer).error()); });
    }
    if (!second_->poll(cx)) return Pending();
    return Ready(second_->take());
  }

 private:
  detail::Child<F> first_;
  Fn fn_;
  std::optional<detail::Child<Second>> second_;
};

template <class Given, class Fn>
[[nodiscard]] auto or_else(Given&& future, Fn&& fn) {
  return OrElse<detail::Kept<Given>, std::decay_t<Fn>>(std::in_place, std::forward<Given>(future),
                                                       std::forward<Fn>(fn));
}

}  // namespace async::inline ASYNC_FLAVOUR
