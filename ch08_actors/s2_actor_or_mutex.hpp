// s2_actor_or_mutex.hpp -- the same sum kept by an actor and under a mutex; and who can do something else meanwhile.
//
// Each function adds 0 to tasks - 1, a task for each number, and gives the sum.
// Thread safety: futures, for one runtime. Errors: none.
#pragma once

#include <cstdint>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"

namespace ch08 {

using namespace async;

// A task sends its number to the actor, and waits for the answer.
[[nodiscard]] Async<std::int64_t> sum_by_actor(std::int64_t tasks);
// A task takes the lock.
[[nodiscard]] Async<std::int64_t> sum_by_mutex(std::int64_t tasks);
// A task starts another one that takes the lock, and waits for it: so it could do something else meanwhile.
// The book times this one in both of its tests.
[[nodiscard]] Async<std::int64_t> sum_by_mutex_in_own_task(std::int64_t tasks);

// How long one task needs for a transaction that takes `transaction`, and for something else that takes as
// long.
[[nodiscard]] Async<Duration> meanwhile_by_actor(Duration transaction);
[[nodiscard]] Async<Duration> meanwhile_by_mutex(Duration transaction);
[[nodiscard]] Async<Duration> meanwhile_by_mutex_in_own_task(Duration transaction);

}  // namespace ch08
