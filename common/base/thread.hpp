// thread.hpp -- Thread: a thread that is joined when it is destroyed, has a name, and is counted while it is busy.
//
// A thread takes part in the Activity (activity.hpp) of the thread that starts it, from before it runs to its
// end, unless it is started as a Bystander.
//
// Thread safety: one thread at a time. Lifetime: what the function refers to must outlive the join.
// Errors: an exception that leaves the function ends the program, as with std::thread; std::system_error if the
//   system has no more threads.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <pthread.h>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common/base/parker.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

// Says that a thread takes part in no Activity: a watchdog, the thread of a real timer.
struct Bystander {};

namespace detail {

inline std::string& name_of_this_thread() {
  static thread_local std::string name = "main";
  return name;
}

}  // namespace detail

// The calling thread's; "main" for one that got none.
inline std::string_view thread_name() { return detail::name_of_this_thread(); }

// How many threads can run at once; at least 1.
inline std::size_t available_cores() { return std::max(1u, std::thread::hardware_concurrency()); }

// Blocks the calling thread, which counts as busy meanwhile: time/clock.hpp has what programs use.
inline void sleep_thread_until(std::chrono::steady_clock::time_point deadline) {
  std::this_thread::sleep_until(deadline);
}

class Thread {
 public:
  Thread() = default;

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  explicit Thread(F&& function, Args&&... args)
      : Thread(Activity::of_this_thread(), {}, std::forward<F>(function), std::forward<Args>(args)...) {}

  // The name is what thread_name(), debuggers and `top -H` say; the system keeps the first 15 bytes of it.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Thread(std::string name, F&& function, Args&&... args)
      : Thread(Activity::of_this_thread(), std::move(name), std::forward<F>(function),
               std::forward<Args>(args)...) {}

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Thread(Bystander, F&& function, Args&&... args)
      : Thread(nullptr, {}, std::forward<F>(function), std::forward<Args>(args)...) {}

  Thread(Thread&&) noexcept = default;
  Thread& operator=(Thread&& other) noexcept {
    if (this != &other) {
      if (joinable()) join();
      thread_ = std::move(other.thread_);
      activity_ = other.activity_;
      ended_ = std::move(other.ended_);
    }
    return *this;
  }
  ~Thread() {
    if (joinable()) join();
  }

  [[nodiscard]] bool joinable() const { return thread_.joinable(); }

  // To send it a signal.
  [[nodiscard]] pthread_t native_handle() { return thread_.native_handle(); }

  // Waits until the function has returned and its captures are destroyed. Counts as blocked if the thread that
  // it waits for counts in the same Activity. (A thread_local object is destroyed after the thread has signed off.)
  void join() {
    const bool counts_here = activity_ != nullptr && activity_ == Activity::of_this_thread();
    if (counts_here && joinable() && thread_.get_id() != std::this_thread::get_id()) ended_->park();
    thread_.join();
  }

 private:
  template <class F, class... Args>
  Thread(Activity* activity, std::string name, F&& function, Args&&... args) {
    auto ended = activity != nullptr ? std::make_shared<Parker>() : nullptr;
    if (activity != nullptr)
      activity->one_more_is_busy();  // before it is there: nobody may think that all wait
    try {
      thread_ =
          std::thread([activity, ended, name = std::move(name),
                       call = std::optional<std::tuple<std::decay_t<F>, std::decay_t<Args>...>>(
                           std::in_place, std::forward<F>(function), std::forward<Args>(args)...)]() mutable {
            Activity::of_this_thread() = activity;
            if (!name.empty()) {
              ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
              detail::name_of_this_thread() = std::move(name);
            }
            std::apply(
                [](auto& called, auto&... given) { std::invoke(std::move(called), std::move(given)...); },
                *call);
            call.reset();  // the captures are destroyed here, while this thread still counts
            Activity::of_this_thread() = nullptr;
            if (activity == nullptr) return;
            ended->unpark();
            activity->this_one_is_blocked();
          });
    } catch (...) {
      if (activity != nullptr) activity->this_one_is_blocked();  // takes the count back
      throw;
    }
    activity_ = activity;
    ended_ = std::move(ended);
  }

  std::thread thread_;
  Activity* activity_ = nullptr;   // in which the thread counts; only compared
  std::shared_ptr<Parker> ended_;  // null where it counts in none
};

}  // namespace async::inline ASYNC_FLAVOUR::base
