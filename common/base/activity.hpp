// activity.hpp -- Activity: counts the threads that are busy; what a clock that only moves when all wait stands on.
//
// A thread takes part in at most one Activity, and so do the threads that it starts (thread.hpp). Whoever blocks
// a thread says so (Parker does), and whoever wakes it counts it as busy *before* it wakes it: so the count
// never says that all are blocked while somebody is on the way.
//
// Thread safety: both counts from any thread. Lifetime: outlives the threads that take part in it.
#pragma once

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class Activity {
 public:
  virtual void one_more_is_busy() noexcept = 0;
  // Called by the thread that blocks, or ends, while it holds no lock. It may wake others, and itself.
  virtual void this_one_is_blocked() noexcept = 0;

  // The one for threads that are started by a thread of this one.
  virtual Activity* of_new_threads() noexcept { return this; }

  // The one in which the calling thread takes part, or nullptr.
  static Activity*& of_this_thread() {
    static thread_local Activity* mine = nullptr;
    return mine;
  }

 protected:
  ~Activity() = default;
};

}  // namespace async::inline ASYNC_FLAVOUR::base
