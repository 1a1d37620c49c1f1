// labelled.hpp -- Labelled<F>: a future with a label that says in which queue it belongs. For s4 and s5.
//
// The book adds a field to its CounterFuture. Every type of future would need one; this does it for all.
#pragma once

#include <utility>

#include "common/executor/priority.hpp"
#include "common/future/future.hpp"

namespace ch03 {

using namespace async;

template <Future F>
class Labelled {
 public:
  using Output = OutputOf<F>;

  Labelled(F future, Priority order) : future_(std::move(future)), order_(order) {}

  [[nodiscard]] Priority get_order() const { return order_; }

  Poll<Output> poll(Context& cx) { return future_.poll(cx); }

 private:
  F future_;
  Priority order_;
};

}  // namespace ch03
