// oneshot.hpp -- oneshot::channel<T>(): one value, from one sender to one receiver.
//
//   auto [tx, rx] = oneshot::channel<std::string>();
//   spawn(answer, std::move(tx));                      // there: std::move(tx).send("yes")
//   const auto text = co_await std::move(rx);          // std::expected<std::string, RecvError>
//
// To send never waits, and uses the sender up. The receiver is itself the future.
// What is promised: the value is received once, or given back to who sent it, or destroyed with the receiver.
// A sender that goes without sending, and a receiver that goes or closes, is told to the other side.
//
// Read on with: oneshot/state_word.hpp (all that can happen), oneshot/cell.hpp (what both ends share).
// Costs: one allocation; to send is one compare-exchange, to wait another.
#pragma once

#include <utility>

#include "common/channel/oneshot/receiver.hpp"
#include "common/channel/oneshot/sender.hpp"

namespace async::inline ASYNC_FLAVOUR::oneshot {

template <class T>
struct Channel {
  explicit Channel(async::detail::OneshotCell<T>& cell) : sender(cell), receiver(cell) {}

  Sender<T> sender;
  Receiver<T> receiver;
};

template <class T>
[[nodiscard]] Channel<T> channel() {
  return Channel<T>(async::detail::OneshotCell<T>::create());
}

}  // namespace async::inline ASYNC_FLAVOUR::oneshot
