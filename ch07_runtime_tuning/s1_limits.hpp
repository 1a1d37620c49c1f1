// s1_limits.hpp -- the values that a runtime cannot have, each with what the Builder says to it.
//
// Thread safety: a function.
#pragma once

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "common/runtime/local_pool.hpp"

namespace ch07 {

using namespace async;

struct Refusal {
  Refusal(std::string given_, std::string answer_) : given(std::move(given_)), answer(std::move(answer_)) {}

  std::string given;
  std::string answer;  // empty: it was accepted
};

namespace detail {

template <class Try>
Refusal tried(const char* given, Try attempt) {
  try {
    attempt();
  } catch (const std::exception& error) {
    return {given, error.what()};
  }
  return {given, ""};
}

}  // namespace detail

[[nodiscard]] inline std::vector<Refusal> impossible_values() {
  using detail::tried;
  Builder multi = Builder::new_multi_thread();
  Builder current = Builder::new_current_thread();
  return {tried("worker_threads(0)", [&] { multi.worker_threads(0); }),
          tried("worker_threads(2) of a current-thread runtime", [&] { current.worker_threads(2); }),
          tried("max_blocking_threads(0)", [&] { multi.max_blocking_threads(0); }),
          tried("thread_keep_alive(-1 s)", [&] { multi.thread_keep_alive(std::chrono::seconds(-1)); }),
          tried("thread_stack_size(1)", [&] { multi.thread_stack_size(1); }),
          tried("global_queue_interval(0)", [&] { multi.global_queue_interval(0); }),
          tried("event_interval(0)", [&] { multi.event_interval(0); }),
          tried("LocalPoolHandle(0)", [] { const LocalPoolHandle pool(0); })};
}

}  // namespace ch07
