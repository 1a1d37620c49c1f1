// in_threads.hpp -- what the stress of locks and meetings shares: threads at the same work, and waits that may be given up.
#pragma once

#include <random>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/future/poll_fn.hpp"

namespace async::inline ASYNC_FLAVOUR {

using Random = std::minstd_rand;

inline constexpr unsigned kThreads = 4;
inline constexpr int kRounds = 400;

// None begins before all are there: the rounds are so short that the first would be done before the second came.
template <class Work>
void in_threads(unsigned count, Work work) {
  base::Atomic<unsigned> here = 0;
  std::vector<base::Thread> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.emplace_back([&here, count, work, i] {
      ++here;
      while (here.load() < count) base::yield_thread();
      work(i);
    });
  }
}

template <class F>
void wait_for(detail::Child<F>& asks) {
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    if (!asks.poll(cx)) return Pending();
    return Ready();
  }));
}

// Polls it, and then waits to the end. In one case of four it does not: false, and the caller drops it, at a
// moment at which it may have been given what it wanted.
template <class F>
bool ends(detail::Child<F>& asks, Random& random) {
  Context nobody(Waker::noop());
  if (asks.poll(nobody)) return true;
  if (random() % 4 == 0) {
    base::yield_thread();  // it may be given it now
    return false;
  }
  wait_for(asks);
  return true;
}

}  // namespace async::inline ASYNC_FLAVOUR
