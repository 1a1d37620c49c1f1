// unlabelled_future.cpp -- with two queues and a label on the future, an ordinary coroutine cannot be spawned.
// error: no matching (member )?function
#include "common/future/async.hpp"

#include "ch03_queues/labelled.hpp"
#include "ch03_queues/s4_two_queues.hpp"

void spawn(ch03::two_queues::Executor& executor, async::Async<> coroutine) {
#ifdef WRONG
  executor.spawn_task(std::move(coroutine)).detach();
#else
  executor.spawn_task(ch03::Labelled(std::move(coroutine), async::Priority::low)).detach();
#endif
}
