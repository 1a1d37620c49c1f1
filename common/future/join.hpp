// join.hpp -- join(futures...): runs them all in one task and gives all their outputs. tokio's join!.
//
//   auto [coffee, toast] = co_await join(make_coffee(), make_toast());   // void gives a std::monostate
//
// A poll asks every child that has not finished, and begins one child further than the poll before: a child
// that is always first could starve the others of what they share. (The second breakfast of chapter 2 depends
// on it.) For a number of futures that is known only at run time see join_all.hpp.
//
// What may be given: given.hpp. Allocates nothing.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns its children. A child that finished is destroyed at once, its output is kept. Dropping the
//   join drops all. It may be moved until its first poll, if all children may.
// Errors: the first exception of a child comes out of this poll, and the others are dropped before it does.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "common/future/children.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <Future... F>
class [[nodiscard("a join does nothing until it is awaited or polled")]] Join {
 public:
  using Output = std::tuple<detail::ValueOf<OutputOf<F>>...>;

  template <class... Given>
  explicit Join(std::in_place_t, Given&&... given)
      : children_(std::in_place, std::forward<Given>(given)...) {}

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "a join was polled after it finished");
    bool all = true;
    try {
      children_.visit_from(first_, [&](auto& child, auto) {
        if (child.is_waiting() && !child.poll(cx)) all = false;
        return false;  // never enough: ask the next one too
      });
    } catch (...) {
      finished_ = true;
      children_.drop();
      throw;
    }
    if (++first_ >= sizeof...(F)) first_ = 0;
    if (!all) return Pending();
    finished_ = true;
    return Ready(children_.template take_all<Output>());
  }

 private:
  detail::Children<F...> children_;
  std::size_t first_ = 0;
  bool finished_ = false;
};

template <class... Given>
[[nodiscard]] Join<detail::Kept<Given>...> join(Given&&... given) {
  return Join<detail::Kept<Given>...>(std::in_place, std::forward<Given>(given)...);
}

}  // namespace async::inline ASYNC_FLAVOUR
