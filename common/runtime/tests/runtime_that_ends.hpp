// runtime_that_ends.hpp -- RuntimeThatEnds: a runtime of either flavour, and tasks that wait while it ends.
#pragma once

#include <gtest/gtest.h>
#include <optional>

#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Flavour>
class RuntimeThatEnds : public testing::Test {
 protected:
  const Deadline deadline{"a runtime does not end"};
  std::optional<Runtime> runtime{Flavour::builder().enable_all().build()};
  Notify never;
  Counts locals;

  // Until so many wait_for(never, locals) wait.
  void until_waiting(std::size_t tasks) {
    runtime->block_on([this, tasks]() -> Async<> {
      while (locals.live() != tasks) co_await yield_now();
    });
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
