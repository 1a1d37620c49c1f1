// s7_join.hpp -- join and try_join: block the thread until the tasks are finished; outputs in argument order.
//
//   auto [count, name] = join(std::move(counter), std::move(reader));   // an int and a std::string
//   auto [a, b] = try_join(std::move(one), std::move(two));             // a std::expected<T, JoinError> each
//
// The book's macros collect the outputs in a vector, so all have one type. Here each keeps its own, and void
// becomes a std::monostate. The tasks run side by side all the while: only the waiting is in turn.
//
// Thread safety: any thread, but not inside a task: that would hold up the thread that has to run the others.
// Errors: join throws what the first task that failed has thrown (TaskCancelled for one that was cancelled),
//   and the tasks behind that one are dropped, which cancels them. try_join throws nothing and waits for all.
#pragma once

#include <expected>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/future/block_on.hpp"
#include "common/task/task.hpp"

namespace ch03 {

using namespace async;

namespace detail {

template <class T>
auto output_of(Task<T>& task) {
  if constexpr (std::is_void_v<T>) {
    block_on(task);
    return std::monostate();
  } else {
    return block_on(task);
  }
}

}  // namespace detail

template <class... T>
auto join(Task<T>... tasks) {
  return std::tuple<decltype(detail::output_of(tasks))...>{
      detail::output_of(tasks)...};  // braces: the first one first
}

template <class... T>
auto try_join(Task<T>... tasks) {
  return std::tuple{block_on(std::move(tasks).into_join_handle())...};
}

}  // namespace ch03
