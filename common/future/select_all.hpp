// select_all.hpp -- select_all(vector of futures): the first output, and whose it is; the others are dropped.
//
//   const auto won = co_await select_all(std::move(mirrors));   // won.index, won.output
//
// Each child has a waker of its own and is polled only when that was called: a wake costs one poll, not n.
// Fair: the first poll begins with another child each time, later ones ask in the order of the wakes.
// To go on with the futures that did not win, keep them and give a vector of by_ref's.
//
// Thread safety: one poll at a time; the children's wakers from any thread.
// Lifetime: owns its children. The losers are destroyed before it answers Ready. Dropping the select_all
//   drops all. May be moved at any time: the children stay where they are. Their wakers may outlive it.
// Errors: an exception of a child wins as an output would: the others are dropped, then it comes out of poll.
//   A vector without futures is a fault of the program: nothing would ever be selected.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/child.hpp"
#include "common/future/fair_start.hpp"
#include "common/future/wake_set.hpp"

namespace async::inline ASYNC_FLAVOUR {

// An output, and the place in the vector of the future that gave it. An output of type void is a
// std::monostate.
template <class T>
struct Indexed {
  Indexed(std::size_t of, T given) : index(of), output(std::move(given)) {}

  std::size_t index;
  T output;
};

template <Future F>
class [[nodiscard("a select_all does nothing until it is awaited or polled")]] SelectAll {
 public:
  using Output = Indexed<detail::ValueOf<OutputOf<F>>>;

  explicit SelectAll(std::vector<F> futures) : woken_(futures.size(), detail::fair_start(futures.size())) {
    ASYNC_CHECK(!futures.empty(), "a select_all of nothing would wait for ever");
    children_.reserve(futures.size());
    for (F& future : futures) {
      children_.emplace_back(std::in_place, [&]() -> F { return std::move(future); });
    }
  }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "a select_all was polled after it finished");
    std::optional<Output> won;
    try {
      woken_.poll_woken(cx, [&](std::size_t index, Context& child_cx) {
        auto& child = children_[index];
        if (!child.poll(child_cx)) return false;
        won.emplace(index, child.take());
        return true;
      });
    } catch (...) {
      finish();
      throw;
    }
    if (!won) return Pending();
    finish();
    return Ready(std::move(*won));
  }

 private:
  void finish() {
    finished_ = true;
    woken_.close();
    children_.clear();
  }

  std::vector<detail::Child<F>> children_;  // never grows after the first poll, so that they stay in place
  detail::WakeSet::Owner woken_;
  bool finished_ = false;
};

template <Future F>
  requires std::move_constructible<F>
[[nodiscard]] SelectAll<F> select_all(std::vector<F> futures) {
  return SelectAll<F>(std::move(futures));
}

}  // namespace async::inline ASYNC_FLAVOUR
