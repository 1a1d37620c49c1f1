// s3_high_low.hpp -- a high and a low runtime: chapter 3's two queues, but nobody steals from the other.
//
// The workers of one runtime steal from each other alone. So low tasks never take a high thread, and the
// price is that high threads rest while low tasks wait; chapter 3's executor steals both ways instead.
//
// Thread safety: any thread. Lifetime: the tasks end with it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"

namespace ch07 {

using namespace async;

// The book's name for all threads of a runtime, and a number, so that they can be told apart.
[[nodiscard]] inline Runtime numbered_runtime(const char* name, std::size_t threads) {
  // Shared with the runtime: it may name a thread at any time.
  const auto last = std::make_shared<base::Atomic<std::size_t>>(0);
  return Builder::new_multi_thread()
      .worker_threads(threads)
      .thread_name_fn([last, name] { return std::string(name) + " " + std::to_string(++*last); })
      .enable_time()
      .build();
}

struct HighAndLow {
  Runtime high = numbered_runtime("High Priority Runtime", 2);
  Runtime low = numbered_runtime("Low Priority Runtime", 1);
};

// Blocks until nobody has anything to do there.
inline void wait_until_idle(const Runtime& runtime) {
  while (runtime.metrics().idle_workers < runtime.metrics().workers) base::yield_thread();
}

}  // namespace ch07
