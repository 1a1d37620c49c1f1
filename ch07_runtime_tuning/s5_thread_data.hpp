// s5_thread_data.hpp -- data of a thread that its tasks share without a lock, and without any check.
//
// One thread polls one task at a time, and a task is only interrupted at a co_await. So between two of them
// nobody else touches the data. (The book needs UnsafeCell for this: Rust's compiler cannot know it. C++ asks
// nobody to prove anything, so here it is an ordinary thread_local, and the rule stands in this comment: no
// co_await while a reference into the data is in use. s5_reference_held.hpp breaks it.)
//
// Thread safety: counters_of_this_thread() is the calling thread's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/future/async.hpp"
#include "common/runtime/local_pool.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {

using namespace async;

using Counters = std::unordered_map<std::uint32_t, std::uint32_t>;

inline Counters& counters_of_this_thread() {
  static thread_local Counters counters;
  return counters;
}

inline void add_one(std::uint32_t number) {
  ++counters_of_this_thread()[number];  // a function that is no coroutine: nothing can come in between
}

inline Async<> add_after(std::uint32_t seconds) {
  co_await sleep(std::chrono::seconds(seconds));
  add_one(seconds);
}

inline Async<> add_twice(std::uint32_t seconds) {
  co_await add_after(seconds);
  co_await add_after(seconds);
}

// `tasks` pinned tasks, of 1, 2, 3, 4, 5, 1, 2, ... seconds, each adding twice. Which thread
// is the pool's choice.
[[nodiscard]] inline std::vector<JoinHandle<>> spawn_adders(const LocalPoolHandle& pool, std::size_t tasks) {
  std::vector<JoinHandle<>> handles;
  handles.reserve(tasks);
  for (std::size_t i = 0; i < tasks; ++i) {
    const auto seconds = static_cast<std::uint32_t>(i % 5 + 1);
    handles.push_back(pool.spawn_pinned([seconds] { return add_twice(seconds); }));
  }
  return handles;
}

// The last ones first: they end last. So whoever waits sleeps through, and is not woken by each of the
// others on its way. Errors: what a task has thrown.
inline Async<> wait_for_all(std::vector<JoinHandle<>> handles) {
  for (; !handles.empty(); handles.pop_back()) {
    const auto result = co_await handles.back();
    if (!result) result.error().rethrow();
  }
}

// How many additions for `seconds` so many tasks make.
[[nodiscard]] constexpr std::size_t additions(std::size_t tasks, std::uint32_t seconds) {
  return 2 * (tasks / 5 + (tasks % 5 >= seconds ? 1 : 0));
}

// {1: 200000, 2: 200000}, by key. (The book prints a HashMap, whose order changes from run to run.)
[[nodiscard]] inline std::string shown(const Counters& counters) {
  std::string text;
  for (const auto& [key, value] : std::map<std::uint32_t, std::uint32_t>(counters.begin(), counters.end())) {
    text += (text.empty() ? "" : ", ") + std::to_string(key) + ": " + std::to_string(value);
  }
  return "{" + text + "}";
}

}  // namespace ch07
