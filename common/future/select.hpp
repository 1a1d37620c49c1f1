// select.hpp -- select(futures...): the first output; the others are dropped. tokio's select!.
//
//   auto won = co_await select(receive(), sleep(1s));   // won.index() says which: selected.hpp
//
// Fair by default: each poll begins with another child, so that one which is always ready does not hide the
// others. select_biased() asks in order: for a shutdown signal that comes before all work.
// For a number of futures that is known only at run time see select_all.hpp.
//
// What may be given: given.hpp. Allocates nothing.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns its children. The losers are destroyed, the last first, before it answers Ready. Dropping
//   the select drops all. It may be moved until its first poll, if all children may.
// Errors: an exception of a child wins as an output would: the others are dropped, then it comes out of poll.
#pragma once

#include <cstddef>
#include <utility>

#include "common/future/children.hpp"
#include "common/future/fair_start.hpp"
#include "common/future/selected.hpp"

namespace async::inline ASYNC_FLAVOUR {

enum class SelectOrder { fair, biased };

template <SelectOrder Order, Future... F>
class [[nodiscard("a select does nothing until it is awaited or polled")]] Select {
  static_assert(sizeof...(F) != 0, "a select of nothing would wait for ever");

 public:
  using Output = Selected<detail::ValueOf<OutputOf<F>>...>;

  template <class... Given>
  explicit Select(std::in_place_t, Given&&... given)
      : children_(std::in_place, std::forward<Given>(given)...) {}

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "a select was polled after it finished");
    bool won = false;
    try {
      won = children_.visit_from(first_, [&](auto& child, auto) { return child.poll(cx); });
    } catch (...) {
      finished_ = true;
      children_.drop();
      throw;
    }
    if (Order == SelectOrder::fair && ++first_ == sizeof...(F)) first_ = 0;
    if (!won) return Pending();
    finished_ = true;
    children_.drop_waiting();
    return Ready(children_.template take_finished<Output>());
  }

 private:
  detail::Children<F...> children_;
  std::size_t first_ = Order == SelectOrder::fair ? detail::fair_start(sizeof...(F)) : 0;
  bool finished_ = false;
};

template <class... Given>
[[nodiscard]] Select<SelectOrder::fair, detail::Kept<Given>...> select(Given&&... given) {
  return Select<SelectOrder::fair, detail::Kept<Given>...>(std::in_place, std::forward<Given>(given)...);
}
template <class... Given>
[[nodiscard]] Select<SelectOrder::biased, detail::Kept<Given>...> select_biased(Given&&... given) {
  return Select<SelectOrder::biased, detail::Kept<Given>...>(std::in_place, std::forward<Given>(given)...);
}

}  // namespace async::inline ASYNC_FLAVOUR
