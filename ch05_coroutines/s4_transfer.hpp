// s4_transfer.hpp -- Passing: coroutines that pass control and a value to each other: symmetric transfer.
// after: s4_symmetric.hpp
//
//   Passing<std::optional<int>> write(Relay&, Files& files) {
//     for (;;) {
//       const auto number = co_await files.reader.resume_with_input(GoOn());  // the reader runs, not main
//       ...
//
// What it is. `co_await other.resume_with_input(input)` suspends the coroutine that says it and goes on in
// the other one, at *its* co_await, which gives it the input. Nobody is above the other, and whoever started
// them has control again only when one of them has run to its end. Two coroutines that refer to each other is
// what Rust's borrow checker does not allow the book. Here it is allowed; that both live long enough is our
// business.
//
// How, and what it costs. The await_suspend below returns the handle that is to run next, and the compiler
// resumes that one by a tail call: a jump, which needs no stack. But g++ makes tail calls only at -O2 and
// -O3, and none under ASan and TSan. Elsewhere each transfer is a call inside the one before it: the stack
// grows by 16 to 550 bytes each time, and some ten thousands of transfers later the program crashes. So a
// Relay counts: every `bound`-th transfer goes by way of run(), which is at the bottom of the stack. This is why Async<T> uses no transfer: common/future/frame.hpp has a loop that resumes, and any
// build of it is safe at any depth.
//
// Thread safety: one thread at a time.
// Lifetime: the Relay outlives its coroutines, and they the run(). Afterwards they may be destroyed, also
//   those that have not run to their end.
// Errors: an exception that leaves a coroutine ends run(), and comes out of it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "common/base/check.hpp"

#include "ch05_coroutines/s4_symmetric.hpp"

namespace ch05 {

template <class Input>
class Passing;

// Counts the transfers of the coroutines that were made with it.
class Relay {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  explicit Relay(std::size_t bound = 1000) : bound_(bound) {
    if (bound == 0) throw std::invalid_argument("a relay without a transfer: give a bound of 1 or more");
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Gives control to `first`; returns when one of the coroutines has run to its end.
  template <class Input>
  void run(Passing<Input>& first);

  [[nodiscard]] std::size_t transfers() const { return transfers_; }
  // How many of them went by way of run().
  [[nodiscard]] std::size_t returns() const { return returns_; }
  // How many bytes of stack a transfer has cost, on average, where the stack was deepest. 0: tail calls. (Of
  // few transfers between different functions it tells the difference between those two instead.)
  [[nodiscard]] std::size_t stack_per_transfer() const {
    return deepest_after_ < 2 ? 0 : (deepest_ - shallow_) / (deepest_after_ - 1);
  }

  // Of a coroutine that gives control to `next`: whom the compiler shall resume in its place.
  [[gnu::noinline]] std::coroutine_handle<> pass_to(std::coroutine_handle<> next) {
    note_stack(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)));
    ++transfers_;
    if (since_run_ < bound_) return next;
    next_ = next;
    return std::noop_coroutine();  // resumes nobody, so all these calls return to run()
  }
  void failed(std::exception_ptr error) { error_ = std::move(error); }

 private:
  // Stacks grow downwards.
  void note_stack(std::uintptr_t here) {
    const std::size_t depth = bottom_ - here;
    ++since_run_;
    if (since_run_ == 1) shallow_ = depth;
    if (depth <= deepest_) return;
    deepest_ = depth;
    deepest_after_ = since_run_;
  }

  const std::size_t bound_;
  std::coroutine_handle<> next_;
  std::exception_ptr error_;
  std::size_t transfers_ = 0, returns_ = 0, since_run_ = 0;
  std::uintptr_t bottom_ = 0;  // where the stack of run() is
  std::size_t shallow_ = 0, deepest_ = 0, deepest_after_ = 0;
};

namespace detail {

// What `co_await other.resume_with_input(input)` asks for.
template <class Input>
struct Transfer {
  Transfer(Passing<Input>& target, Input given) : to(&target), input(std::move(given)) {}
  Passing<Input>* to;
  Input input;
};

}  // namespace detail

// A coroutine that is resumed with an Input. Its first parameter is the Relay.
template <class Input>
class [[nodiscard]] Passing {
 public:
  class promise_type;

  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  ~Passing() { handle_.destroy(); }

  // Only to be awaited, by another Passing of the same Relay. Gives that one the input of whoever resumes it
  // next.
  [[nodiscard]] detail::Transfer<Input> resume_with_input(Input input) { return {*this, std::move(input)}; }

 private:
  friend class Relay;
  template <class Other>
  friend class Passing;

  using Handle = std::coroutine_handle<promise_type>;
  explicit Passing(Handle handle) : handle_(handle) {}

  // To the awaiting coroutine comes an Own when it goes on.
  template <class Own>
  class Awaiter {
   public:
    Awaiter(detail::Transfer<Input> transfer, std::optional<Own>& received)
        : transfer_(std::move(transfer)), received_(&received) {}

    static constexpr bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiting) {
      Handle next = transfer_.to->handle_;
      ASYNC_CHECK(&next.promise().relay() == &awaiting.promise().relay(),
                  "control was passed to a coroutine of another Relay, which nobody runs");
      next.promise().receive(std::move(transfer_.input));
      return awaiting.promise().relay().pass_to(next);
    }
    Own await_resume() {
      ASYNC_CHECK(received_->has_value(), "run gave control to a coroutine that waits for an input");
      return *std::exchange(*received_, std::nullopt);
    }

   private:
    detail::Transfer<Input> transfer_;
    std::optional<Own>* received_;
  };

  Handle handle_;
};

template <class Input>
class Passing<Input>::promise_type {
 public:
  // The language offers the coroutine's parameters to its promise.
  template <class... Parameters>
  explicit promise_type(Relay& relay, Parameters&...) : relay_(&relay) {}

  Relay& relay() { return *relay_; }

  void receive(Input input) {
    ASYNC_CHECK(!Handle::from_promise(*this).done(), "a coroutine was resumed after it had run to its end");
    ASYNC_CHECK(
        has_begun_ || std::is_empty_v<Input>,
        "the first input of a coroutine that has not begun would be lost: begin with the one that asks");
    begin();
    received_.emplace(std::move(input));
  }
  void begin() { has_begun_ = true; }

  Passing get_return_object() { return Passing(Handle::from_promise(*this)); }
  static std::suspend_always initial_suspend() noexcept { return {}; }
  static std::suspend_always final_suspend() noexcept { return {}; }  // back to run()
  static void return_void() {}
  void unhandled_exception() { relay_->failed(std::current_exception()); }

  // A Passing awaits transfers and nothing else.
  template <class To>
  auto await_transform(detail::Transfer<To> transfer) {
    return typename Passing<To>::template Awaiter<Input>(std::move(transfer), received_);
  }

 private:
  Relay* relay_;
  std::optional<Input> received_;
  bool has_begun_ = false;
};

template <class Input>
void Relay::run(Passing<Input>& first) {
  ASYNC_CHECK(!first.handle_.done(), "run was given a coroutine that had run to its end");
  first.handle_.promise().begin();
  next_ = first.handle_;
  for (bool is_first = true; next_; is_first = false) {
    returns_ += is_first ? 0 : 1;
    since_run_ = 0;
    bottom_ = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    std::exchange(next_, nullptr).resume();
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace ch05
