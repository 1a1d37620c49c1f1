// joined_lock.cpp -- a lock future stands in the mutex's queue and cannot move: a join builds it in its place.
// error: this future cannot be moved
#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/sync/mutex.hpp"

async::Async<> breakfast(async::Mutex<int>& pan, async::Mutex<int>& oven) {
  using async::join;
  co_await join([&] { return pan.lock(); }, [&] { return oven.lock(); });
#ifdef WRONG
  co_await join(pan.lock(), oven.lock());
#endif
}
