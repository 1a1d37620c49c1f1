// hand_turned.hpp -- HandTurned: one thread that turns its reactor and steps its executor by hand.
//
//   HandTurned hand;                                      // what is opened from here on belongs to its reactor
//   auto read = hand.executor.spawn(reading(stream));
//   hand.settle();                                        // until nothing is to be done without an event
//   hand.run(read);                                       // until this one is finished
#pragma once

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/io/reactor.hpp"
#include "common/task/tests/deadline.hpp"

namespace async::inline ASYNC_FLAVOUR {

class HandTurned {
 public:
  const std::shared_ptr<Reactor> reactor = std::make_shared<Reactor>();

 private:
  CurrentReactor current_{reactor};
  Deadline deadline_{"a test that turns its reactor by hand waits for an event that does not come"};

 public:
  ManualExecutor executor;

  // Only looks: what has happened is told, nothing is waited for.
  std::size_t look() { return reactor->turn(std::chrono::nanoseconds(0)); }

  void settle() {
    do {
      executor.run_until_stalled();
    } while (look() != 0 || executor.queued() != 0);
  }

  template <class Ready>
  void run_until(Ready ready) {
    for (;;) {
      executor.run_until_stalled();
      if (ready()) return;
      reactor->turn(std::nullopt);
    }
  }

  // Until events have woken the task; how often they did. (What was sent over TCP or UDP need not be there yet.)
  template <class Task>
  std::size_t until_woken(Task& task) {
    std::size_t wakes = 0;
    run_until([&] { return (wakes = task.take_wakes()) != 0; });
    return wakes;
  }

  template <class T>
  T run(JoinHandle<T>& handle) {
    run_until([&] { return handle.is_finished(); });
    auto result = block_on(handle);
    if (!result) result.error().rethrow();
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
