// wake_before.hpp -- wake_all_before: wakes all who wait since before a moment, and nobody who came later.
//
// To let all go at once, as notify_waiters() and a full barrier do, a primitive counts generations: each node
// has the one that it belongs to, and a new one begins. From that moment on those in the list with an older
// generation are free to go, also before they are woken here: they see it when they are polled.
//
// Thread safety: any thread. Meanwhile others may come, go, and begin generations.
// Invariant: the list is in the order of the generations; so the older ones are a part of it, from the front.
// Wakes: in here, in the order of the list, without the lock.
// Lifetime: with more waiters than a WakeList holds it comes back to the lock after it has woken some.
#pragma once

#include <cstdint>
#include <utility>

#include "common/sync/wait_node.hpp"
#include "common/sync/wake_list.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

struct GenerationNode : WaitNode {
  std::uint64_t generation = 0;
};

// State has a list `waiting` of nodes that are GenerationNodes.
template <class State>
void wake_all_before(std::uint64_t generation, base::Locked<State>& locked) {
  for (bool is_done = false; !is_done;) {
    WakeList woken;  // declared before the lock, so it wakes after it
    auto state = locked.lock();
    auto* first = state->waiting.front();
    for (; first != nullptr && first->generation < generation && !woken.is_full();
         first = state->waiting.front()) {
      state->waiting.remove(*first);
      woken.add(std::move(first->waker));
    }
    is_done = first == nullptr || first->generation >= generation;
  }
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
