// async.hpp -- Async<T>: a coroutine that is a Future. Rust's `async fn`.
//
//   Async<int> add_later(int a, int b) {
//     co_await yield_now();
//     co_return a + b;
//   }
//
// It starts at its first poll, runs until something that it awaits is pending, and is resumed by a later poll.
// It awaits any Future: `co_await future`. Awaiting an Async that nobody has polled yet costs no poll of its
// own (frame.hpp says how); one that was polled before, or is awaited by reference, is polled as any future.
//
// Thread safety: one poll at a time; successive polls may come from different threads.
// Lifetime: destroying it cancels it: what it awaits is destroyed first, then its own locals, innermost first.
//   The handle may be moved at any time, the coroutine's frame stays. Its parameters are copied into the
//   frame, references are not what they refer to: a lambda's captures belong to the lambda, which must live as
//   long (spawn keeps it alive for you).
// Errors: an exception that leaves the coroutine comes out of the poll or of the `co_await` that ends it. An
//   exception of an awaited future, on its first poll or a later one, is thrown at the `co_await`.
#pragma once

#include <coroutine>
#include <source_location>
#include <utility>
#include <vector>

#include "common/base/block_pool.hpp"
#include "common/future/frame.hpp"
#include "common/future/future.hpp"
#include "common/future/outcome.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Async;

namespace detail {

// Awaits a future that stays where it is, a local or a temporary of the awaiting expression.
template <Future F>
class LeafAwaiter {
 public:
  explicit LeafAwaiter(F& future) : future_(&future) {}

  static constexpr bool await_ready() noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    awaiting.promise().frame().wait_for({this, &LeafAwaiter::poll});
  }
  OutputOf<F> await_resume() { return outcome_.take(); }

 private:
  static bool poll(void* awaiter, Context& cx) {
    auto& self = *static_cast<LeafAwaiter*>(awaiter);
    try {
      auto answer = self.future_->poll(cx);
      if (answer.is_pending()) return false;
      if constexpr (std::is_void_v<OutputOf<F>>) {
        self.outcome_.set_value();
      } else {
        self.outcome_.set_value(std::move(answer).value());
      }
    } catch (...) {
      self.outcome_.set_exception(std::current_exception());
    }
    return true;
  }

  F* future_;
  Outcome<OutputOf<F>> outcome_;
};

// Awaits an Async and owns it.
template <class T>
class ChildAwaiter {
 public:
  explicit ChildAwaiter(Async<T> child) : child_(std::move(child)) {}

  static constexpr bool await_ready() noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    ASYNC_CHECK(child_.handle_, "an Async was awaited after it was moved away");
    Frame& parent = awaiting.promise().frame();
    if (child_.frame().is_fresh()) {
      parent.push(child_.frame(), child_.handle_);
    } else {
      parent.wait_for({this, [](void* self, Context& cx) {
                         return static_cast<ChildAwaiter*>(self)->child_.frame().poll_stack(cx);
                       }});
    }
  }
  T await_resume() { return child_.outcome().take(); }

 private:
  Async<T> child_;
};

// The part of the promise that does not depend on the result.
class PromiseBase {
 public:
  explicit PromiseBase(std::coroutine_handle<> self) : frame_(self) {}

  Frame& frame() { return frame_; }

  static std::suspend_always initial_suspend() noexcept { return {}; }

  // The frame's memory.
  static void* operator new(std::size_t bytes) { return base::BlockPool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    base::BlockPool::free(frame, bytes);
  }

  struct FinalAwaiter {
    static constexpr bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> finished) noexcept {
      finished.promise().frame().pop();
    }
    void await_resume() noexcept {}
  };
  static FinalAwaiter final_suspend() noexcept { return {}; }

  template <class T>
  ChildAwaiter<T> await_transform(Async<T>&& child,
                                  std::source_location where = std::source_location::current()) {
    frame_.stands_at(where);
    return ChildAwaiter<T>(std::move(child));
  }
  template <class F>
    requires Future<std::remove_reference_t<F>>
  auto await_transform(F&& future, std::source_location where = std::source_location::current()) {
    frame_.stands_at(where);
    return LeafAwaiter<std::remove_reference_t<F>>(future);
  }

 private:
  Frame frame_;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Promise() : PromiseBase(std::coroutine_handle<Promise>::from_promise(*this)) {}

  Async<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    outcome_.set_value(std::forward<U>(value));
  }
  void unhandled_exception() { outcome_.set_exception(std::current_exception()); }

  Outcome<T>& outcome() { return outcome_; }

 private:
  Outcome<T> outcome_;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Promise() : PromiseBase(std::coroutine_handle<Promise>::from_promise(*this)) {}

  Async<void> get_return_object();
  void return_void() { outcome_.set_value(); }
  void unhandled_exception() { outcome_.set_exception(std::current_exception()); }

  Outcome<void>& outcome() { return outcome_; }

 private:
  Outcome<void> outcome_;
};

}  // namespace detail

template <class T = void>
class [[nodiscard("an Async does nothing until it is awaited, polled or spawned")]] Async {
 public:
  using Output = T;
  using promise_type = detail::Promise<T>;

  Async(Async&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Async& operator=(Async&& other) noexcept {
    if (this != &other) {
      Async dropped(std::move(*this));
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Async() {
    if (handle_) frame().destroy_stack();
  }

  Poll<T> poll(Context& cx) {
    ASYNC_CHECK(handle_, "an Async was polled after it was moved away");
    if (!frame().poll_stack(cx)) return Pending();
    if constexpr (std::is_void_v<T>) {
      outcome().take();
      return Ready();
    } else {
      return Ready(outcome().take());
    }
  }

  // Where it waits, the innermost await first: an async backtrace. Not while it is polled.
  [[nodiscard]] std::vector<std::source_location> waiting_at() const {
    return promise().frame().waiting_at();
  }

 private:
  friend promise_type;
  friend class detail::ChildAwaiter<T>;

  explicit Async(std::coroutine_handle<> handle) : handle_(handle) {}

  promise_type& promise() const {
    // SAFETY: handle_ is always made by get_return_object of this promise_type.
    return std::coroutine_handle<promise_type>::from_address(handle_.address()).promise();
  }
  Frame& frame() { return promise().frame(); }
  Outcome<T>& outcome() { return promise().outcome(); }

  // The one owner of the frame; null after a move, and where the stack that it was part of was dropped.
  std::coroutine_handle<> handle_;
};

template <class T>
Async<T> detail::Promise<T>::get_return_object() {
  return Async<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Async<void> detail::Promise<void>::get_return_object() {
  return Async<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace async::inline ASYNC_FLAVOUR
