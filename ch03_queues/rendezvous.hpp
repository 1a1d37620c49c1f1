// rendezvous.hpp -- Rendezvous: tasks hold their threads until so many have come; shows who runs at once.
//
// Three tasks that all wait for three can only go on if three threads run them at the same time. So a demo is
// sure that it is so, however slow the machine.
//
// Thread safety: any thread. Lifetime: outlives the tasks that come.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/future/async.hpp"

namespace ch03 {

using namespace async;

class Rendezvous {
 public:
  explicit Rendezvous(std::size_t expected) : expected_(expected) {}

  // A task that comes, and blocks its thread until the last one is here.
  Async<> visit() {
    come();
    co_return;
  }

  // Lets those go on that are here, and those that still come.
  void open() { gate_.sender.close(); }

  // On which threads they came.
  [[nodiscard]] std::set<std::string> threads() { return came_.lock()->threads; }

 private:
  struct Came {
    std::size_t count = 0;
    std::set<std::string> threads;
  };
  struct Nothing {};

  void come() {
    bool is_last = false;
    {
      auto came = came_.lock();
      is_last = ++came->count == expected_;
      came->threads.emplace(base::thread_name());
    }
    if (is_last) open();
    (void)gate_.receiver.recv();  // nothing ever comes, but its end
  }

  const std::size_t expected_;
  base::Locked<Came> came_;
  const Channel<Nothing> gate_ = unbounded<Nothing>();
};

// high 1, high 2, low 1
[[nodiscard]] inline std::string listed(const std::set<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace ch03
