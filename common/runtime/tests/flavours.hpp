// flavours.hpp -- the two kinds of runtime as types, for tests that hold for both; and what such tests need.
//
// Thread safety: values. Lifetime: an AtTheEnd refers to what its work refers to.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/runtime/builder.hpp"
#include "common/sync/notify.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct OnThreads {
  static constexpr bool kHasWorkers = true;
  static Builder builder() { return Builder::new_multi_thread().worker_threads(2); }
  // All tasks on one thread: what the others are told does not depend on who is faster.
  static Builder of_one_thread() { return Builder::new_multi_thread().worker_threads(1); }
};
struct OnThisThread {
  static constexpr bool kHasWorkers = false;
  static Builder builder() { return Builder::new_current_thread(); }
  static Builder of_one_thread() { return builder(); }
};
using Flavours = testing::Types<OnThreads, OnThisThread>;

struct FlavourNames {
  template <class Flavour>
  static std::string GetName(int) {
    return Flavour::kHasWorkers ? "OnThreads" : "OnThisThread";
  }
};

// A task that waits until it is told, and whose local says when it is gone.
inline Async<> wait_for(Notify& told, Counts& locals) {
  const Counted local(locals);
  co_await told.notified();
}

// Does something when it is destroyed.
template <class Work>
class AtTheEnd {
 public:
  explicit AtTheEnd(Work work) : work_(std::move(work)) {}
  AtTheEnd(const AtTheEnd&) = delete;
  AtTheEnd& operator=(const AtTheEnd&) = delete;
  ~AtTheEnd() { work_(); }

 private:
  Work work_;
};

// Lets others run until it holds; the caller has a Deadline.
template <class Holds>
void yield_until(Holds holds) {
  while (!holds()) base::yield_thread();
}

}  // namespace async::inline ASYNC_FLAVOUR
