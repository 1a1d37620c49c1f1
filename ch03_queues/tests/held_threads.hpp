// held_threads.hpp -- HeldThreads: each thread of an executor is held by a task, and let go by its name.
//
// While all are held, queues can be filled; then one thread after the other shows what it takes, and in which
// order.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"

namespace ch03::tests {

class HeldThreads {
 public:
  // Holds the thread that polls it.
  async::Async<> hold() {
    parker_of(async::base::thread_name()).park();
    co_return;
  }
  void let_go(std::string_view thread) { parker_of(thread).unpark(); }

 private:
  async::base::Parker& parker_of(std::string_view thread) {
    auto parkers = parkers_.lock();
    return (*parkers)[std::string(thread)];  // a map: its elements stay where they are
  }

  async::base::Locked<std::map<std::string, async::base::Parker>> parkers_;
};

}  // namespace ch03::tests
