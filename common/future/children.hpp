// children.hpp -- Children<F...>: the futures of a join or a select, built from the first to the last.
//
// std::tuple would do if it said in which order it builds its elements; libstdc++ begins with the last.
// Thread safety, lifetime: as Child.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/future/child.hpp"
#include "common/future/given.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

template <std::size_t Index, class F>
struct ChildAt : Child<F> {
  using Child<F>::Child;
};

template <class Indices, class... F>
class ChildrenFrom;

template <std::size_t... Index, class... F>
class ChildrenFrom<std::index_sequence<Index...>, F...> : ChildAt<Index, F>... {
 public:
  template <class... Given>
  explicit ChildrenFrom(std::in_place_t, Given&&... given)
      : ChildAt<Index, F>(std::in_place, future_maker(std::forward<Given>(given)))... {}

  // Calls visit(child, index) for each child from `first` on, then for those before it, until one says true.
  template <class Visit>
  bool visit_from([[maybe_unused]] std::size_t first, [[maybe_unused]] Visit visit) {
    return ((Index >= first && visit(at<Index>(), kIndex<Index>)) || ...) ||
           ((Index < first && visit(at<Index>(), kIndex<Index>)) || ...);
  }

  // Destroys all of them, with their outputs, the last first.
  void drop() noexcept { (at<sizeof...(F) - 1 - Index>().drop(), ...); }

  // Destroys those that have not finished, the last first.
  void drop_waiting() noexcept {
    const auto drop_if_waiting = [](auto& child) {
      if (child.is_waiting()) child.drop();
    };
    (drop_if_waiting(at<sizeof...(F) - 1 - Index>()), ...);
  }

  // The outputs of all, in order. Only when all have finished.
  template <class Outputs>
  Outputs take_all() {
    return Outputs{at<Index>().take()...};
  }

  // The output of the only one that has finished, in a variant at its index.
  template <class Variant, std::size_t I = 0>
  Variant take_finished() {
    if constexpr (I + 1 < sizeof...(F)) {
      if (!at<I>().is_finished()) return take_finished<Variant, I + 1>();
    }
    return Variant(std::in_place_index<I>, at<I>().take());
  }

 private:
  template <std::size_t I>
  static constexpr std::integral_constant<std::size_t, I> kIndex{};

  template <std::size_t I, class G>
  static Child<G>& pick(ChildAt<I, G>& child) {
    return child;
  }
  template <std::size_t I>
  auto& at() {
    return pick<I>(*this);
  }
};

template <class... F>
using Children = ChildrenFrom<std::index_sequence_for<F...>, F...>;

}  // namespace async::inline ASYNC_FLAVOUR::detail
