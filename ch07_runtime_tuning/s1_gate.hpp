// s1_gate.hpp -- Gate: who comes holds its thread until it opens; shows how many are inside at once.
//
// Four calls that are inside at the same time need four threads. So how many threads there are can be
// counted, without looking at a watch.
//
// Thread safety: any thread; wait_for from one at a time. Lifetime: outlives all who come.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

class Gate {
 public:
  // Blocks the calling thread until the gate is open.
  void come() {
    bool is_awaited = false;
    {
      auto visits = visits_.lock();
      visits->threads.emplace(base::thread_name());
      is_awaited = ++visits->count >= visits->awaited;
    }
    if (is_awaited) enough_.unpark();
    (void)gate_.receiver.recv();  // nothing ever comes, but its end
  }

  // The same as a task.
  Async<> visit() {
    come();
    co_return;
  }

  // Blocks the calling thread until so many have come, since the beginning.
  void wait_for(std::size_t count) {
    visits_.lock()->awaited = count;
    while (came() < count) enough_.park();
  }

  // For those who are inside, and for those who still come.
  void open() { gate_.sender.close(); }

  [[nodiscard]] std::size_t came() { return visits_.lock()->count; }
  [[nodiscard]] std::set<std::string> threads() { return visits_.lock()->threads; }

 private:
  struct Visits {
    std::size_t count = 0;
    std::size_t awaited = 0;
    std::set<std::string> threads;
  };
  struct Nothing {};

  base::Locked<Visits> visits_;
  base::Parker enough_;
  const Channel<Nothing> gate_ = unbounded<Nothing>();
};

// high 1, high 2, low 1
[[nodiscard]] inline std::string listed(const std::set<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace ch07
