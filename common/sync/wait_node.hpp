// wait_node.hpp -- WaitNode: a waiter's place in a list; ask_or_wait: how a future gets there.
//
// Every primitive of this folder keeps its waiters in a list under a lock, and every poll of a waiter does
// the same: ask; if the answer is to wait, leave a waker. But to clone a waker is somebody else's code, which
// must not run under the lock. So the lock is let go of in between, and the question is asked once more:
// whatever happened while the waker was cloned, happened before the waiter could be seen.
//
// Thread safety: all of a node is reached under its primitive's lock alone while it is linked, or may have
//   been unlinked by another thread since its owner last held the lock.
// Lifetime: lives inside the future that waits, which so cannot be moved; leaves its list before it dies.
#pragma once

#include <utility>

#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

struct WaitNode : base::ListNode {
  Waker waker;  // the newest poll's, while it is linked; whoever unlinks the node takes it along and wakes
};

// ask(state): true if the wait is over. wait(state): puts the node into its list, unless it stands there
// already. True: over; the node keeps no waker. False: the node waits, and `newest` will be woken.
// `look_first`: false where the caller has just looked and the node is in no list; then ask() is called once.
template <class State, class Ask, class Wait>
[[nodiscard]] bool ask_or_wait(base::Locked<State>& locked, WaitNode& node, const Waker& newest,
                               bool look_first, Ask ask, Wait wait) {
  Waker fresh, replaced;  // declared before the lock, so dropped when it is free
  if (look_first) {
    auto state = locked.lock();
    if (ask(*state)) {
      std::swap(node.waker, replaced);
      return true;
    }
    if (node.is_linked() && node.waker.will_wake(newest)) return false;
  }
  fresh = newest.clone();
  auto state = locked.lock();
  const bool is_over = ask(*state);
  std::swap(node.waker, replaced);
  if (!is_over) {
    std::swap(node.waker, fresh);
    wait(*state);
  }
  return is_over;
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
