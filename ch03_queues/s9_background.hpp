// s9_background.hpp -- BackgroundProcess: a task that never ends, and works for a second at each poll.
//
// It runs until its Task is dropped, which cancels it: not in the middle of a poll, but before the next one.
// After detach() there is no Task to drop, and it runs until its executor ends.
// It blocks its thread and wakes itself, as in the book, and so keeps one thread busy. One that mostly waits
// would be a coroutine, with co_await sleep(1s) in its loop.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "common/demo/println.hpp"
#include "common/future/future.hpp"
#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

namespace ch03 {

using namespace async;

class BackgroundProcess {
 public:
  using Output = void;

  explicit BackgroundProcess(std::function<void()> work = [] { demo::println("background process firing"); })
      : work_(std::move(work)) {}

  Poll<void> poll(Context& cx) {
    work_();
    blocking_sleep(std::chrono::seconds(1));
    cx.waker().wake_by_ref();
    return Pending();
  }

 private:
  std::function<void()> work_;
};

}  // namespace ch03
