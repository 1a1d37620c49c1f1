// s4_thread_bound.hpp -- ThreadBound<T>: a value that must stay on its thread, and says so elsewhere.
//
// In Rust such a type is not Send, and a task that holds one over an await does not compile on a runtime that
// might move the task. C++ has no such trait. A pinned task may hold one anyway; elsewhere this finds the
// mistake when it happens.
//
// Thread safety: the thread that made it, alone. Errors: std::logic_error on any other one.
#pragma once

#include <pthread.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/thread.hpp"

namespace ch07 {

using namespace async;

template <class T>
class ThreadBound {
 public:
  explicit ThreadBound(T value) : value_(std::move(value)) {}
  ThreadBound(const ThreadBound&) = delete;
  ThreadBound& operator=(const ThreadBound&) = delete;

  [[nodiscard]] T& get() {
    if (::pthread_equal(home_, ::pthread_self()) == 0) {
      throw std::logic_error("this value is at home on another thread");
    }
    return value_;
  }

 private:
  const pthread_t home_ = ::pthread_self();
  T value_;
};

}  // namespace ch07
