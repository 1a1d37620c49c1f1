// s10_semaphore.hpp -- three at a time; permits that move into a task; and what close() says to who waits.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// The guide's program: ten tasks, three permits. How many were inside at once, at most. Inside a runtime.
Async<std::size_t> ten_tasks_three_permits();

// A permit in a task of its own, after its maker let go of the semaphore. How many permits came back.
// On a current-thread runtime.
Async<std::size_t> owned_permits();

// True if the task that waited was told that it is closed. On a current-thread runtime.
Async<bool> closed_while_waiting();

}  // namespace ch07
