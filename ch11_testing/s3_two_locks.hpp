// s3_two_locks.hpp -- two tasks need the same two locks: how they come to nothing, and cures.
//
// A deadlock: each has one and waits for the other one; nothing can happen any more. A livelock: each lets go
// of what it has when it does not get the other one, and tries again; much happens, and nothing is done. They
// are the people in the corridor who stand still, and those who step aside to the same side again and again.
//
// Lifetime: the locks outlive the tasks; in_opposite_order sees to it (the book: Arc).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "common/runtime/handle.hpp"
#include "common/sync/mutex.hpp"
#include "common/time/sleep.hpp"

namespace ch11 {

using namespace async;
using Resource = Mutex<int>;

// The book's task. The sleep gives the other one time to take its first lock.
inline Async<> lock_both(Resource& first, Resource& second) {
  const auto one = co_await first.lock();
  co_await sleep(std::chrono::milliseconds(100));
  const auto other = co_await second.lock();
}

// The cure: whoever needs both takes them in one order, the same for all. Which one does not matter.
inline Async<> lock_in_order(Resource& first, Resource& second) {
  const bool as_given = std::less<const Resource*>()(&first, &second);
  co_await lock_both(as_given ? first : second, as_given ? second : first);
}

// Never waits for a lock with another one in its hand: if the second one is not free it gives the first one
// back, waits for `patience`, and begins anew. Counts in `tries` how often it has begun.
inline Async<> lock_politely(Resource& first, Resource& second, std::chrono::milliseconds patience,
                             std::size_t& tries) {
  for (;;) {
    ++tries;
    {
      const auto one = co_await first.lock();
      co_await sleep(std::chrono::milliseconds(100));
      const auto other = second.try_lock();
      if (other) co_return;
      co_await sleep(std::chrono::milliseconds(10));  // to step aside takes a moment
    }
    co_await sleep(patience);
  }
}

// Runs one(first, second) and other(second, first) as two tasks, and waits for both. Who is dropped while it
// waits leaves the tasks behind, with the locks.
template <class One, class Other>
Async<> in_opposite_order(One one, Other other) {
  struct Resources {
    Resource first{0};
    Resource second{0};
  };
  const auto shared = std::make_shared<Resources>();
  auto here = spawn([=] { return one(shared->first, shared->second); });
  auto there = spawn([=] { return other(shared->second, shared->first); });
  (void)co_await here;
  (void)co_await there;
}

}  // namespace ch11
