// stepped.hpp -- Stepped: a future that the test polls itself, step by step, in the order that it wants.
//
//   Stepped first(count_up(mutex));                      // a future, or a callable that makes one
//   Stepped second([&] { return mutex.lock(); });
//   EXPECT_PENDING(first.poll());                        // expect_poll.hpp
//   EXPECT_FALSE(first.is_woken());
//   clock.advance(1ms);
//   EXPECT_TRUE(first.is_woken());                       // since its latest poll: it is worth asking again
//   EXPECT_READY(first.poll());
//
// Nothing polls it but poll(), whether it is woken or not: so a future that is polled in vain, too early or
// again and again can be tested, and one that was never woken is seen. Finished, it stays where it is until
// drop(): what it holds it holds, as a finished future in a program does.
// (tokio: tokio_test::task::spawn. Fine-Grained Future Testing, row 11.7.)
//
// Thread safety: none, but wakes come from any thread. Lifetime: immovable; keeps what it was given.
// Errors: an exception of the future comes out of poll(). One that finished or was dropped is not polled
// (checked).
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "common/base/check.hpp"
#include "common/future/given.hpp"
#include "common/testing/wake_counter.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <Future F>
class Stepped {
 public:
  template <class Given>
  explicit Stepped(Given&& given) : future_(future_maker(std::forward<Given>(given))()) {}
  Stepped(const Stepped&) = delete;
  Stepped& operator=(const Stepped&) = delete;
  ~Stepped() { drop(); }

  Poll<OutputOf<F>> poll() {
    ASYNC_CHECK(is_there_, "a Stepped future was polled after it was dropped");
    ASYNC_CHECK(!is_finished_, "a Stepped future was polled after it finished");
    ++polls_;
    wakes_at_poll_ = counter_.wakes();
    is_finished_ = true;  // also where it throws
    Context cx(waker_);
    auto answer = future_.poll(cx);
    is_finished_ = answer.is_ready();
    return answer;
  }

  // Destroys the future, here and now: cancelled, if it had not finished.
  void drop() {
    if (std::exchange(is_there_, false))
      std::destroy_at(&future_);  // SAFETY: it was there, and is not any more
  }

  // Since its latest poll.
  [[nodiscard]] bool is_woken() const { return counter_.wakes() != wakes_at_poll_; }
  [[nodiscard]] bool is_finished() const { return is_finished_; }

  // How often, in all.
  [[nodiscard]] std::size_t wakes() const { return counter_.wakes(); }
  [[nodiscard]] std::size_t polls() const { return polls_; }
  // How many of its wakers are with somebody who may wake it. A future that waits, and has none, waits for
  // ever.
  [[nodiscard]] std::size_t kept_wakers() const { return counter_.kept() - 1; }

 private:
  WakeCounter counter_;
  const Waker waker_ = counter_.waker();
  union {
    F future_;  // while is_there_
  };
  bool is_there_ = true;
  bool is_finished_ = false;
  std::size_t polls_ = 0;
  std::size_t wakes_at_poll_ = 0;
};

template <class Given>
Stepped(Given&&) -> Stepped<detail::Kept<Given>>;

}  // namespace async::inline ASYNC_FLAVOUR
