// s1_hooks.hpp -- HookCounts: counts what the threads of a runtime report: start, stop, park, go on.
//
// Thread safety: any thread; wait_until_parked from one at a time.
// Lifetime: outlives the runtimes that were built with it.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/runtime/builder.hpp"

namespace ch07 {

using namespace async;

class HookCounts {
 public:
  struct Counts {
    std::size_t started = 0, stopped = 0, parked = 0, unparked = 0;
    std::set<std::string> have_parked;  // by name
  };

  // All four hooks. They are called in the threads that they are about, and so may look at thread_name().
  void attach_to(Builder& builder) {
    builder.on_thread_start([this] { ++counts_.lock()->started; })
        .on_thread_stop([this] { ++counts_.lock()->stopped; })
        .on_thread_park([this] {
          {
            auto counts = counts_.lock();
            ++counts->parked;
            counts->have_parked.emplace(base::thread_name());
          }
          one_parks_.unpark();
        })
        .on_thread_unpark([this] { ++counts_.lock()->unparked; });
  }

  [[nodiscard]] Counts counts() { return *counts_.lock(); }

  // Blocks until so many threads have parked at least once. They need names of their own.
  void wait_until_parked(std::size_t threads) {
    while (counts_.lock()->have_parked.size() < threads) one_parks_.park();
  }

 private:
  base::Locked<Counts> counts_;
  base::Parker one_parks_;
};

}  // namespace ch07
