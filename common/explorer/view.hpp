// view.hpp -- View: what a thread knows of the others, and of each location of memory.
//
// What it is. One number for each thread: the newest step of it that comes before the owner's next one. And one
// for each location: the oldest message in it that the owner may still read. A message is what a store leaves
// behind (execution.hpp). A thread has a view; so has a message that was stored with release, and a mutex: that of
// the thread that left it. To acquire is to join that view to one's own. So "happens before" is a comparison of
// two numbers. (Vector clocks: Fidge and Mattern, 1988; views of memory: Kang and others, "A Promising Semantics
// for Relaxed-Memory Concurrency", 2017, without its promises.)
//
// Thread safety: none; everything of one exploration happens in one thread of the system.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace async::explorer {

using Number = std::uint32_t;

// A model with more threads has too many schedules to see.
inline constexpr std::size_t kMostThreads = 8;

class View {
 public:
  [[nodiscard]] Number step_of(std::size_t thread) const { return at(thread); }
  [[nodiscard]] Number message_in(std::size_t location) const { return at(kMostThreads + location); }

  void know_step(std::size_t thread, Number step) { raise(thread, step); }
  void know_message(std::size_t location, Number message) { raise(kMostThreads + location, message); }

  void join(const View& other) {
    if (known_.size() < other.known_.size()) known_.resize(other.known_.size());
    for (std::size_t i = 0; i < other.known_.size(); ++i) known_[i] = std::max(known_[i], other.known_[i]);
  }

  [[nodiscard]] bool is_empty() const { return known_.empty(); }
  // Keeps its memory.
  void clear() { known_.clear(); }

 private:
  [[nodiscard]] Number at(std::size_t i) const { return i < known_.size() ? known_[i] : 0; }
  void raise(std::size_t i, Number to) {
    if (known_.size() <= i) known_.resize(i + 1);
    known_[i] = std::max(known_[i], to);
  }

  std::vector<Number> known_;
};

}  // namespace async::explorer
