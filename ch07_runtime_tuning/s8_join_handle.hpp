// s8_join_handle.hpp -- the four ways in which a task can end, as whoever holds its JoinHandle sees them.
//
// Thread safety: functions, to be awaited in a task or in block_on of any runtime.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/runtime/handle.hpp"
#include "common/sync/notify.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {

using namespace async;

// "ended: 42", "was cancelled" or "threw: what it says".
[[nodiscard]] inline std::string told(const std::expected<int, JoinError>& result) {
  if (result) return "ended: " + std::to_string(*result);
  return result.error().is_cancelled() ? "was cancelled" : "threw: " + result.error().message();
}

inline Async<int> answer() {
  co_await sleep(std::chrono::seconds(1));
  co_return 42;
}

inline Async<int> fails() {
  co_await sleep(std::chrono::seconds(1));
  throw std::runtime_error("the toaster is on fire");
}

// Says when it is destroyed. (A message type has a constructor: g++ 12.)
class SaysWhenDropped {
 public:
  explicit SaysWhenDropped(bool& dropped) : dropped_(&dropped) {}
  SaysWhenDropped(const SaysWhenDropped&) = delete;
  SaysWhenDropped& operator=(const SaysWhenDropped&) = delete;
  ~SaysWhenDropped() { *dropped_ = true; }

 private:
  bool* dropped_;
};

// The guide's endless task: says each second that it still runs, until it is cancelled.
inline Async<int> runs_for_ever(int& rounds, bool& dropped) {
  const SaysWhenDropped says(dropped);
  for (;;) {
    co_await sleep(std::chrono::seconds(1));
    demo::println("Still running");
    ++rounds;
  }
}

}  // namespace ch07
