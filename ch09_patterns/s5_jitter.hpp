// s5_jitter.hpp -- a crowd that fails together, and tries again together: what jitter is for.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/future/async.hpp"

#include "ch09_patterns/s5_backoff.hpp"

namespace ch09 {

// So many clients of a server that is down. How many of their later tries came at the server within one
// tenth of a second, at most. Each client has a seed of its own, beginning with options.seed.
Async<std::size_t> most_at_once(std::size_t clients, BackoffOptions options);

}  // namespace ch09
