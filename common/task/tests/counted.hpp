// counted.hpp -- Counted: a value that says when it is born and when it ends; Counts: how often that was.
//
// Moving hands the one life on, so `made` and `ended` do not depend on how often a value is moved.
// Thread safety: the counts from any thread.
#pragma once

#include <cstddef>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct Counts {
  base::Atomic<std::size_t> made = 0, ended = 0;

  [[nodiscard]] std::size_t live() const { return made - ended; }
};

class Counted {
 public:
  explicit Counted(Counts& counts) : counts_(&counts) { ++counts.made; }
  Counted(Counted&& other) noexcept : counts_(std::exchange(other.counts_, nullptr)) {}
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (counts_ == nullptr) return;
    ++counts_->ended;
    ASYNC_CHECK(counts_->ended <= counts_->made, "more values ended than were made");
  }

 private:
  Counts* counts_;
};

}  // namespace async::inline ASYNC_FLAVOUR
