// tally.hpp -- Tally: a counter that one thread writes and others may read.
#pragma once

#include <cstdint>

#include "common/base/atomic.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Tally {
 public:
  // relaxed: a number for people to look at; nothing else is published by it.
  void add_one() { value_.store(value_.load(base::relaxed) + 1, base::relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(base::relaxed); }

 private:
  base::Atomic<std::uint64_t> value_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR
