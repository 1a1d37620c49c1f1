// hand_polled.hpp -- Receiving, Sending: an end's future with a task of its own, polled by hand.
//
//   Receiving<int> first(receiver);
//   EXPECT_FALSE(first.poll());                 // it waits
//   ... something is sent ...
//   EXPECT_EQ(first.wakes(), 1u);
//   EXPECT_TRUE(first.poll());
//   EXPECT_EQ(first.result->value(), 7);
//
// Thread safety: none.
// Lifetime: immovable; destroying it drops the future. A future that finished is gone at once.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/future/child.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class F>
class HandPolled {
 public:
  template <class Make>
  HandPolled(std::in_place_t, Make make) : future_(std::in_place, make) {}

  // True if it finished; then `result` is there.
  bool poll() { return poll_as(task_); }
  // As another task would: its waker replaces the other one.
  bool poll_as(CountingTask& task) {
    if (!task.poll(future_)) return false;
    if constexpr (std::is_void_v<OutputOf<F>>) {
      future_.take();
      result.emplace();
    } else {
      result.emplace(future_.take());
    }
    return true;
  }
  void drop() { future_.drop(); }

  // Wakes since the last call.
  std::size_t wakes() { return task_.take_wakes(); }
  [[nodiscard]] std::size_t kept_wakers() const { return task_.kept_wakers(); }
  [[nodiscard]] std::size_t clones() const { return task_.clones(); }

  std::optional<detail::ValueOf<OutputOf<F>>> result;

 private:
  CountingTask task_;
  detail::Child<F> future_;
};

// HandPolled receive(std::in_place, [&] { return rx.recv(); });
template <class Make>
HandPolled(std::in_place_t, Make) -> HandPolled<std::invoke_result_t<Make&>>;

template <class T>
struct Receiving : HandPolled<RecvFuture<T>> {
  explicit Receiving(const Receiver<T>& receiver)
      : HandPolled<RecvFuture<T>>(std::in_place, [&receiver] { return receiver.recv_async(); }) {}
};

template <class T>
struct Sending : HandPolled<SendFuture<T>> {
  Sending(const Sender<T>& sender, T value)
      : HandPolled<SendFuture<T>>(std::in_place, [&] { return sender.send_async(std::move(value)); }) {}
};

}  // namespace async::inline ASYNC_FLAVOUR
