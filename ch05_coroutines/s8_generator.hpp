// s8_generator.hpp -- Generator<T>: a coroutine that the compiler writes: co_yield inside, a for outside.
//
//   Generator<int> count_to(int last) {
//     for (int i = 1; i <= last; ++i) co_yield i;
//   }
//   for (int& number : count_to(3)) ...
//
// What the steps before did by hand, a class that keeps its state between two resumes, the compiler does
// here: it puts parameters and locals into a frame on the heap, and a resume goes on behind the last
// co_yield. A Generator is a Coroutine too: resume() answers Yielded or Complete.
//
// What one yields: `co_yield std::move(x)` or of a temporary hands out that very object, which the consumer
// may move out of; `co_yield x` of a variable hands out a copy. It is there until the next step.
// (g++ 12 destroys a temporary twice that is built with braces in a co_yield: name it first, and move it.)
//
// Recursion: `co_yield elements_of(generator)` yields all that another one yields. The generators that wait
// for each other so are a stack, and the outermost one knows its top: a step resumes the innermost directly,
// and costs the same at any depth. (A for loop with a co_yield in it would hand each value up through all
// levels.) One that ends makes its parent the top; a loop then goes on with that. It is what
// common/future/frame.hpp does for co_await.
//
// Thread safety: one thread at a time; it may be moved to another between two steps.
// Lifetime: a Generator may be moved at any time, its frame stays. Dropped half-way it destroys its frames,
//   the innermost first, in a loop. An iterator, and what it points to, must not outlive its Generator.
//   Parameters are copied into the frame, but references are not what they refer to.
// Errors: an exception that leaves the body comes out of the step that reached it (begin, ++ or resume),
//   through elements_of out of the parent's co_yield, which may catch it. After it the generator is at its
//   end.
// Costs: one allocation a generator.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

#include "common/base/check.hpp"

#include "ch05_coroutines/coroutine.hpp"

namespace ch05 {

template <class T>
class Generator;

namespace detail {

// What `co_yield elements_of(generator)` gives to the promise.
template <class T>
struct ElementsOf {
  explicit ElementsOf(Generator<T> given) : generator(std::move(given)) {}
  Generator<T> generator;
};

template <class T>
class GeneratorPromise;

// A parent waits until its child has yielded all; owns it meanwhile.
template <class T>
class ElementsAwaiter {
 public:
  explicit ElementsAwaiter(Generator<T> child) : child_(std::move(child)) {}

  static constexpr bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<GeneratorPromise<T>> parent) { parent.promise().push(child_); }
  void await_resume() { child_.promise().rethrow_error(); }

 private:
  Generator<T> child_;
};

// A copy of what was yielded, for as long as the consumer has it.
template <class T>
class CopyAwaiter {
 public:
  CopyAwaiter(const T& value, T*& yielded) : copy_(value), yielded_(&yielded) {}

  static constexpr bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) noexcept { *yielded_ = std::addressof(copy_); }
  static void await_resume() noexcept {}

 private:
  T copy_;
  T** yielded_;
};

template <class T>
class GeneratorPromise {
 public:
  using Handle = std::coroutine_handle<GeneratorPromise>;

  Generator<T> get_return_object() { return Generator<T>(Handle::from_promise(*this)); }
  static std::suspend_always initial_suspend() noexcept { return {}; }

  struct AtTheEnd {
    static constexpr bool await_ready() noexcept { return false; }
    static void await_suspend(Handle ended) noexcept { ended.promise().pop(); }
    static void await_resume() noexcept {}
  };
  static AtTheEnd final_suspend() noexcept { return {}; }

  std::suspend_always yield_value(T&& value) {
    root_->yielded_ = std::addressof(value);
    return {};
  }
  CopyAwaiter<T> yield_value(const T& value)
    requires std::copy_constructible<T>
  {
    return CopyAwaiter<T>(value, root_->yielded_);
  }
  ElementsAwaiter<T> yield_value(ElementsOf<T> elements) {
    return ElementsAwaiter<T>(std::move(elements.generator));
  }
  // Nobody would resume it: who wants to wait writes an Async.
  template <class Anything>
  void await_transform(Anything&&) = delete;

  static void return_void() {}
  void unhandled_exception() { error_ = std::current_exception(); }
  void rethrow_error() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  // Of the outermost one: runs the stack until there is a value; null at the end.
  T* step() {
    has_begun_ = true;
    yielded_ = nullptr;
    while (yielded_ == nullptr && !is_done()) top_->handle().resume();
    rethrow_error();
    return yielded_;
  }

  // The child is the top now.
  void push(Generator<T>& child) {
    GeneratorPromise& top = child.promise();
    ASYNC_CHECK(!top.has_begun_, "elements_of takes a generator that nobody has begun");
    top.parent_ = this;
    top.root_ = root_;
    top.owner_ = &child;
    root_->top_ = &top;
  }
  // This one has run to its end, and its parent is the top again.
  void pop() noexcept {
    if (parent_ != nullptr) root_->top_ = parent_;
  }

  [[nodiscard]] bool is_done() { return handle().done(); }

  // Destroys this frame and those above it, the innermost first.
  void destroy_stack() {
    while (top_ != this) {
      GeneratorPromise* const parent = top_->parent_;
      // SAFETY: the awaiter in the parent's frame owns it, and is told first that it is gone.
      top_->owner_->handle_ = nullptr;
      top_->handle().destroy();
      top_ = parent;
    }
    // SAFETY: owned by the Generator whose destructor this is; `this` dies here.
    handle().destroy();
  }

 private:
  Handle handle() { return Handle::from_promise(*this); }

  GeneratorPromise* root_ = this;  // the outermost
  // Of a child: who waits for it, and where that one keeps it.
  GeneratorPromise* parent_ = nullptr;
  Generator<T>* owner_ = nullptr;
  // Of the outermost one: who runs, and what any of them has yielded. (Another one's top is itself.)
  GeneratorPromise* top_ = this;
  T* yielded_ = nullptr;
  bool has_begun_ = false;
  std::exception_ptr error_;
};

}  // namespace detail

template <class T>
class [[nodiscard]] Generator {
 public:
  static_assert(std::is_object_v<T> && !std::is_const_v<T>,
                "a Generator yields objects: of a reference, a pointer");

  using promise_type = detail::GeneratorPromise<T>;
  using Yield = T;
  using Return = void;

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    if (this != &other) {
      const Generator dropped(std::move(*this));
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Generator() {
    if (handle_) handle_.promise().destroy_stack();
  }

  // The next value, moved out; Complete at the end, once.
  CoroutineState<T, void> resume() {
    ASYNC_CHECK(!promise().is_done(), "a generator was resumed after it was complete");
    T* const value = promise().step();
    if (value == nullptr) return Complete();
    return Yielded<T>(std::move(*value));
  }

  class Iterator;
  // Makes a step. So a second loop goes on behind the value at which the first one was left.
  Iterator begin() { return Iterator(promise()); }
  static std::default_sentinel_t end() noexcept { return {}; }

 private:
  friend promise_type;
  friend class detail::ElementsAwaiter<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Generator(Handle handle) : handle_(handle) {}

  promise_type& promise() const {
    ASYNC_CHECK(handle_, "a generator was used after it was moved away");
    return handle_.promise();
  }

  Handle handle_;  // the one owner of the frame; null after a move, and where the stack above it was dropped
};

template <class T>
class Generator<T>::Iterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  explicit Iterator(promise_type& promise) : promise_(&promise) { ++*this; }
  Iterator(Iterator&&) noexcept = default;
  Iterator& operator=(Iterator&&) noexcept = default;

  T& operator*() const { return *value_; }
  T* operator->() const { return value_; }
  Iterator& operator++() {
    value_ = promise_->step();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
    return iterator.value_ == nullptr;
  }

 private:
  promise_type* promise_;  // where the Generator is, does not matter: its frame stays
  T* value_ = nullptr;     // null at the end
};

// Inside a generator: `co_yield elements_of(generator)`, all that the other one yields.
template <class T>
[[nodiscard]] detail::ElementsOf<T> elements_of(Generator<T> generator) {
  return detail::ElementsOf<T>(std::move(generator));
}

}  // namespace ch05
