// join_all.hpp -- join_all(vector of futures): runs them all in one task, gives their outputs in order.
//
//   std::vector<int> sizes = co_await join_all(std::move(downloads));   // futures without output: void
//
// Each child has a waker of its own and is polled only when that was called: n children that wait k times
// each cost n * (k + 1) polls, in whichever order they wake. For a few futures of different types see
// join.hpp.
//
// Thread safety: one poll at a time; the children's wakers from any thread.
// Lifetime: owns its children, and destroys each one when it finishes. Dropping the join_all drops those that
//   are left. May be moved at any time: the children stay where they are. Their wakers may outlive it.
// Errors: the first exception of a child comes out of this poll, and the others are dropped before it does.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/child.hpp"
#include "common/future/wake_set.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <Future F>
class [[nodiscard("a join_all does nothing until it is awaited or polled")]] JoinAll {
 public:
  using Output =
      std::conditional_t<std::is_void_v<OutputOf<F>>, void, std::vector<detail::ValueOf<OutputOf<F>>>>;

  explicit JoinAll(std::vector<F> futures) : woken_(futures.size()), waiting_(futures.size()) {
    children_.reserve(futures.size());
    for (F& future : futures) {
      children_.emplace_back(std::in_place, [&]() -> F { return std::move(future); });
    }
  }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "a join_all was polled after it finished");
    try {
      woken_.poll_woken(cx, [&](std::size_t index, Context& child_cx) {
        auto& child = children_[index];
        if (child.is_waiting() && child.poll(child_cx)) {
          woken_.finish(index);
          --waiting_;
        }
        return false;  // never enough: poll the next one that was woken too
      });
    } catch (...) {
      finish();
      children_.clear();
      throw;
    }
    if (waiting_ != 0) return Pending();
    finish();
    if constexpr (std::is_void_v<Output>) {
      return Ready();
    } else {
      Output outputs;
      outputs.reserve(children_.size());
      for (auto& child : children_) outputs.push_back(child.take());
      return Ready(std::move(outputs));
    }
  }

 private:
  void finish() {
    finished_ = true;
    woken_.close();
  }

  std::vector<detail::Child<F>> children_;  // never grows after the first poll, so that they stay in place
  detail::WakeSet::Owner woken_;
  std::size_t waiting_;
  bool finished_ = false;
};

template <Future F>
  requires std::move_constructible<F>
[[nodiscard]] JoinAll<F> join_all(std::vector<F> futures) {
  return JoinAll<F>(std::move(futures));
}

}  // namespace async::inline ASYNC_FLAVOUR
