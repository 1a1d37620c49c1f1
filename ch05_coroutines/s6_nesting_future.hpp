// s6_nesting_future.hpp -- futures that hold futures: one passes its polls on, one controls what it holds.
// after: s6_control.hpp
//
// Inside an executor the control of s6_control.hpp is a future of its own: ControllingFuture polls those that
// are alive, each of which is never ready, looks at their values, and is ready when all are dead.
//
// Thread safety, lifetime: as any future; each owns what it holds.
// Errors: what the inner one throws comes out. std::invalid_argument as control.
#pragma once

#include <utility>
#include <vector>

#include "common/future/future.hpp"

#include "ch05_coroutines/s5_coroutine_future.hpp"
#include "ch05_coroutines/s6_control.hpp"

namespace ch05 {

// The book's: what its inner future answers it answers.
template <Future Inner>
class NestingFuture {
 public:
  using Output = OutputOf<Inner>;

  explicit NestingFuture(Inner inner) : inner_(std::move(inner)) {}

  Poll<Output> poll(Context& cx) { return inner_.poll(cx); }

 private:
  Inner inner_;
};

class ControllingFuture {
 public:
  using Output = Controlled;

  ControllingFuture(std::vector<RandCoroutine> coroutines, int cutoff) : cutoff_(cutoff) {
    check_cutoff(cutoff);
    for (RandCoroutine& coroutine : coroutines) inner_.emplace_back(std::move(coroutine));
  }

  // One round at each poll.
  Poll<Controlled> poll(Context& cx) {
    bool all_dead = true;
    for (auto& inner : inner_) {
      RandCoroutine& coroutine = inner.coroutine();
      if (!coroutine.live) continue;
      all_dead = false;
      (void)inner.poll(cx);  // never ready; it has woken this task
      controlled_.total += coroutine.value;
      ++controlled_.resumes;
      kill_below(cutoff_, coroutine);
    }
    if (all_dead) return Ready(controlled_);
    return Pending();
  }

 private:
  std::vector<CoroutineFuture<RandCoroutine>> inner_;
  int cutoff_;
  Controlled controlled_;
};

}  // namespace ch05
