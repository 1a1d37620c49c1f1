// thread.hpp -- Thread: a thread that is joined when it is destroyed, has a name, and is counted while it is busy.
//
// A thread takes part in the Activity (activity.hpp) of the thread that starts it, from before it runs to its
// end, unless it is started as a Bystander.
//
// Made with pthreads, because a std::thread cannot be given a stack size.
// Thread safety: one thread at a time. Lifetime: what the function refers to must outlive the join.
// Errors: an exception that leaves the function ends the program, as with std::thread; std::system_error if the
//   system has no more threads, or refuses the stack size.
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
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "common/base/parker.hpp"

#ifdef ASYNC_EXPLORED
#include "common/explorer/thread.hpp"
#endif

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

// Lets other threads of the system run.
#ifdef ASYNC_EXPLORED
using explorer::yield_thread;
#else
inline void yield_thread() { std::this_thread::yield(); }
#endif

// Blocks the calling thread, which counts as busy meanwhile: time/clock.hpp has what programs use.
inline void sleep_thread_until(std::chrono::steady_clock::time_point deadline) {
  std::this_thread::sleep_until(deadline);
}

// How a thread is started.
struct ThreadOptions {
  std::string name =
      {};  // what thread_name(), debuggers and `top -H` say; the system keeps the first 15 bytes
  std::size_t stack_size = 0;  // bytes, from least_stack_size() on; 0: the system's choice
};

// The smallest stack that the system accepts, in bytes.
inline std::size_t least_stack_size() {
  const long least = ::sysconf(_SC_THREAD_STACK_MIN);
  return least > 0 ? static_cast<std::size_t>(least) : 16 * 1024;
}

#ifdef ASYNC_EXPLORED
using explorer::Thread;
#else
class Thread {
 public:
  Thread() = default;

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  explicit Thread(F&& function, Args&&... args)
      : Thread(activity_of_new_thread(), {}, std::forward<F>(function), std::forward<Args>(args)...) {}

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Thread(std::string name, F&& function, Args&&... args)
      : Thread(activity_of_new_thread(), ThreadOptions{std::move(name)}, std::forward<F>(function),
               std::forward<Args>(args)...) {}

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Thread(ThreadOptions options, F&& function, Args&&... args)
      : Thread(activity_of_new_thread(), std::move(options), std::forward<F>(function),
               std::forward<Args>(args)...) {}

  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  Thread(Bystander, F&& function, Args&&... args)
      : Thread(nullptr, {}, std::forward<F>(function), std::forward<Args>(args)...) {}

  Thread(Thread&& other) noexcept
      : thread_(std::exchange(other.thread_, std::nullopt)),
        activity_(other.activity_),
        ended_(std::move(other.ended_)) {}
  Thread& operator=(Thread&& other) noexcept {
    if (this != &other) {
      if (joinable()) join();
      thread_ = std::exchange(other.thread_, std::nullopt);
      activity_ = other.activity_;
      ended_ = std::move(other.ended_);
    }
    return *this;
  }
  ~Thread() {
    if (joinable()) join();
  }

  [[nodiscard]] bool joinable() const { return thread_.has_value(); }

  // To send it a signal.
  [[nodiscard]] pthread_t native_handle() const { return thread_.value(); }

  // True if the calling thread is this one.
  [[nodiscard]] bool is_this_thread() const { return thread_ && ::pthread_equal(*thread_, ::pthread_self()); }

  // Waits until the function has returned and its captures are destroyed. Counts as blocked if the thread that
  // it waits for counts in the same Activity. (A thread_local object is destroyed after the thread has signed off.)
  void join() {
    if (!joinable()) throw std::system_error(std::make_error_code(std::errc::invalid_argument), "join");
    const bool counts_here = activity_ != nullptr && activity_ == Activity::of_this_thread();
    if (counts_here && !is_this_thread()) ended_->park();
    if (const int error = ::pthread_join(*thread_, nullptr)) {
      throw std::system_error(error, std::generic_category(), "join");
    }
    thread_.reset();
  }

  // Lets it run on without anybody who waits for it; what it uses must be its own.
  void detach() {
    if (joinable()) ::pthread_detach(*std::exchange(thread_, std::nullopt));
  }

 private:
  static Activity* activity_of_new_thread() {
    Activity* const mine = Activity::of_this_thread();
    return mine == nullptr ? nullptr : mine->of_new_threads();
  }

  template <class F, class... Args>
  Thread(Activity* activity, ThreadOptions options, F&& function, Args&&... args) {
    auto ended = activity != nullptr ? std::make_shared<Parker>() : nullptr;
    // The new thread's, once it runs.
    auto body = [activity, ended, name = std::move(options.name),
                 call = std::optional<std::tuple<std::decay_t<F>, std::decay_t<Args>...>>(
                     std::in_place, std::forward<F>(function),
                     std::forward<Args>(args)...)]() mutable noexcept {
      Activity::of_this_thread() = activity;
      if (!name.empty()) {
        ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
        detail::name_of_this_thread() = std::move(name);
      }
      std::apply([](auto& called, auto&... given) { std::invoke(std::move(called), std::move(given)...); },
                 *call);
      call.reset();  // the captures are destroyed here, while this thread still counts
      Activity::of_this_thread() = nullptr;
      if (activity == nullptr) return;
      ended->unpark();
      activity->this_one_is_blocked();
    };
    using Body = decltype(body);
    auto owned = std::make_unique<Body>(std::move(body));
    if (activity != nullptr)
      activity->one_more_is_busy();  // before it is there: nobody may think that all wait
    thread_.emplace();
    const int error = create(*thread_, options.stack_size, owned.get(), [](void* given) -> void* {
      const std::unique_ptr<Body> mine(static_cast<Body*>(given));
      (*mine)();
      return nullptr;
    });
    if (error != 0) {
      thread_.reset();
      if (activity != nullptr) activity->this_one_is_blocked();  // takes the count back
      throw std::system_error(error, std::generic_category(), "a thread could not be started");
    }
    (void)owned.release();  // SAFETY: the new thread owns it
    activity_ = activity;
    ended_ = std::move(ended);
  }

  static int create(pthread_t& thread, std::size_t stack_size, void* argument, void* (*run)(void*)) {
    pthread_attr_t attributes;
    if (const int error = ::pthread_attr_init(&attributes)) return error;
    int error = stack_size == 0 ? 0 : ::pthread_attr_setstacksize(&attributes, stack_size);
    if (error == 0) error = ::pthread_create(&thread, &attributes, run, argument);
    ::pthread_attr_destroy(&attributes);
    return error;
  }

  std::optional<pthread_t> thread_;
  Activity* activity_ = nullptr;   // in which the thread counts; only compared
  std::shared_ptr<Parker> ended_;  // null where it counts in none
};
#endif

}  // namespace async::inline ASYNC_FLAVOUR::base
