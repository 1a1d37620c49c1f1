// task_local.hpp -- TaskLocal<T>: a variable that each task has for itself, for as long as it runs inside a scope.
//
//   static TaskLocal<std::string> request_id;
//
//   co_await request_id.scope("42", handle(request));     // in handle(), and in all that it awaits:
//   log(request_id.get());                                // "42", whichever thread runs the task just now
//
// A thread_local would change with the thread; this is set around every poll of the future in the scope. A spawned
// task is another task: it does not inherit the value.
//
// Thread safety: any thread; a value belongs to its scope, which is polled by one thread at a time.
// Lifetime: a TaskLocal is a static variable, or outlives its scopes. A reference to the value is for the current
//   poll alone: it is not kept over a co_await outside the scope.
// Errors: get() outside of a scope throws std::logic_error.
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "common/future/child.hpp"
#include "common/future/given.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

// The scopes that the calling thread is polling, the innermost first.
struct TaskLocalEntry {
  const void* key;
  void* value;
  TaskLocalEntry* outer;

  static TaskLocalEntry*& innermost() {
    static thread_local constinit TaskLocalEntry* entry = nullptr;
    return entry;
  }
};

// While it lives, the value is set in the calling thread.
class TaskLocalIsSet {
 public:
  TaskLocalIsSet(const void* key, void* value) : entry_{key, value, TaskLocalEntry::innermost()} {
    TaskLocalEntry::innermost() = &entry_;
  }
  TaskLocalIsSet(const TaskLocalIsSet&) = delete;
  TaskLocalIsSet& operator=(const TaskLocalIsSet&) = delete;
  ~TaskLocalIsSet() { TaskLocalEntry::innermost() = entry_.outer; }

 private:
  TaskLocalEntry entry_;
};

}  // namespace detail

template <class T>
class TaskLocal {
 public:
  template <class F>  // a Future (clang 19 cannot match a constraint here with the definition below)
  class Scope;

  TaskLocal() = default;
  TaskLocal(const TaskLocal&) = delete;
  TaskLocal& operator=(const TaskLocal&) = delete;

  // The output of `given` (given.hpp), which sees `value` whenever it is polled, and when it is destroyed.
  template <class Given>
  [[nodiscard]] auto scope(T value, Given&& given) {
    return Scope<detail::Kept<Given>>(*this, std::move(value), future_maker(std::forward<Given>(given)));
  }

  // The same for a call that awaits nothing.
  template <class Call>
  decltype(auto) sync_scope(T value, Call&& call) {
    const detail::TaskLocalIsSet set(this, &value);
    return std::forward<Call>(call)();
  }

  // Of the innermost scope, or nullptr.
  [[nodiscard]] T* try_get() const {
    for (auto* entry = detail::TaskLocalEntry::innermost(); entry != nullptr; entry = entry->outer) {
      if (entry->key == this) return static_cast<T*>(entry->value);
    }
    return nullptr;
  }
  [[nodiscard]] T& get() const {
    T* const value = try_get();
    if (value == nullptr) throw std::logic_error("a task-local was asked for outside of its scope()");
    return *value;
  }
};

template <class T>
template <class F>
class [[nodiscard("a scope does nothing until it is awaited or polled")]] TaskLocal<T>::Scope {
 public:
  using Output = OutputOf<F>;

  template <class Make>
  Scope(const TaskLocal& key, T value, Make&& make)
      : key_(&key), value_(std::move(value)), child_(std::in_place, std::forward<Make>(make)) {}
  Scope(Scope&&) = default;
  Scope& operator=(Scope&&) = delete;
  ~Scope() {
    const detail::TaskLocalIsSet set(key_, &value_);
    child_.drop();
  }

  Poll<Output> poll(Context& cx) {
    const detail::TaskLocalIsSet set(key_, &value_);
    if (!child_.poll(cx)) return Pending();
    if constexpr (std::is_void_v<Output>) {
      return Ready();
    } else {
      return Ready(child_.take());
    }
  }

 private:
  const TaskLocal* key_;
  T value_;
  detail::Child<F> child_;
};

}  // namespace async::inline ASYNC_FLAVOUR
