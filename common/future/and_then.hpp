// and_then.hpp -- and_then(future, fn): goes on with the future that fn makes of a value; an error ends it.
//
//   auto page = and_then(connect(host), [](Stream stream) { return fetch(std::move(stream)); });
//
// The first future gives std::expected<T, E>; fn takes the T (nothing if T is void) and returns a future of
// std::expected<U, E>. An error of the first is the output at once, and fn is never called.
// What may be given: given.hpp.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns the future, fn, and the second future. The first is destroyed when it finishes, before fn is
//   called; fn stays as long as the second, which may refer into it. May be moved until its first poll, if
//   the futures may.
// Errors: E is a value. What the futures or fn throw comes out of poll.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/future/child.hpp"
#include "common/future/expected_output.hpp"
#include "common/future/given.hpp"
#include "common/future/map.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <ExpectedFuture F, class Fn>
class [[nodiscard("an and_then does nothing until it is awaited or polled")]] AndThen {
  using Second = typename detail::ResultWith<Fn&, ValueTypeOf<F>>::type;
  static_assert(ExpectedFuture<Second>, "the function of and_then returns a future of std::expected");
  static_assert(std::is_same_v<ErrorTypeOf<Second>, ErrorTypeOf<F>>, "and_then keeps the type of the error");

 public:
  using Output = OutputOf<Second>;

  template <class Given, class G>
  explicit AndThen(std::in_place_t, Given&& future, G&& fn)
      : first_(std::in_place, future_maker(std::forward<Given>(future))), fn_(std::forward<G>(fn)) {}

  Poll<Output> poll(Context& cx) {
    if (!second_) {
      if (!first_.poll(cx)) return Pending();
      auto answer = first_.take();
      if (!answer) return Ready(Output(std::unexpect, std::move(answer).error()));
      second_.emplace(std::in_place, [&]() -> Second {
        if constexpr (std::is_void_v<ValueTypeOf<F>>) {
          return std::invoke(fn_);
        } else {
          return std::invoke(fn_, *std::move(answer));
        }
      });
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
[[nodiscard]] auto and_then(Given&& future, Fn&& fn) {
  return AndThen<detail::Kept<Given>, std::decay_t<Fn>>(std::in_place, std::forward<Given>(future),
                                                        std::forward<Fn>(fn));
}

}  // namespace async::inline ASYNC_FLAVOUR
