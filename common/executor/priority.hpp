// priority.hpp -- Priority: in which of the two queues a task stands.
#pragma once

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

enum class Priority { high, low };

[[nodiscard]] constexpr Priority other(Priority priority) {
  return priority == Priority::high ? Priority::low : Priority::high;
}

}  // namespace async::inline ASYNC_FLAVOUR
