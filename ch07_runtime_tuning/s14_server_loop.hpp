// s14_server_loop.hpp -- the pattern "a task for each connection", and many clients at once that prove it.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// So many clients send so many messages each and wait for each echo. How many echoes were
// right. Inside a runtime.
Async<std::size_t> right_echoes(std::size_t clients, std::size_t messages);

}  // namespace ch07
