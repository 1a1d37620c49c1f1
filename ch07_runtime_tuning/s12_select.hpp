// s12_select.hpp -- three are asked, the first answer counts, the losers are dropped.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Says when it goes: a local of a task that is dropped is destroyed as at the end of a block.
class Guard {
 public:
  explicit Guard(std::string name) : name_(std::move(name)) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { demo::println(name_, answered_ ? ": done" : ": dropped before it could answer"); }

  void answered() { answered_ = true; }

 private:
  std::string name_;
  bool answered_ = false;
};

// Answers after that time.
Async<std::string> text_from(std::string mirror, std::chrono::seconds after);
Async<int> size_from(std::string mirror, std::chrono::seconds after);

// What the first of the three gave, in words.
Async<std::string> first_answer();

// Of so many sleeps, the shortest somewhere in the middle, which one won.
Async<std::size_t> shortest_of(std::size_t count);

}  // namespace ch07
