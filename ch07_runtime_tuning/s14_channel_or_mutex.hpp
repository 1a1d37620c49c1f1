// s14_channel_or_mutex.hpp -- ten thousand tasks count: by a lock, or by messages.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Both give `tasks`. Inside a runtime.
Async<std::size_t> count_with_mutex(std::size_t tasks);
Async<std::size_t> count_with_channel(std::size_t tasks);

}  // namespace ch07
