// broadcast.hpp -- broadcast::channel<T>(capacity): every value to every receiver.
//
//   auto [tx, rx] = broadcast::channel<std::string>(16);
//   auto other = tx.subscribe();                        // from here on
//   (void)tx.send("to both");
//   const auto text = co_await rx.recv();               // std::expected<std::string, broadcast::RecvError>
//
// The last `capacity` values are kept. A send never waits: the oldest value goes, whoever has not seen it. A
// receiver that was too slow is told once how many it missed (lagged), and goes on at the oldest value that
// is kept.
// What is promised: a receiver gets the values that were sent since it was made, in their order, or is told
// of the gap. Each gets a copy; the last one that wants it gets the value itself. When the last sender is
// gone receivers get what is kept, then closed. A send without any receiver gives the value back.
// Costs: one mutex; T is copied while it is held: where that takes long, send a std::shared_ptr<const T>. All
// slots are allocated with the channel; waiting allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/channel/broadcast/receiver.hpp"
#include "common/channel/broadcast/sender.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

template <class T>
struct Channel {
  explicit Channel(std::shared_ptr<State<T>> state) : sender(state), receiver(std::move(state)) {}

  Sender<T> sender;
  Receiver<T> receiver;
};

template <class T>
[[nodiscard]] Channel<T> channel(std::size_t capacity) {
  if (capacity == 0) throw std::invalid_argument("a broadcast channel has a capacity of 1 or more");
  return Channel<T>(std::make_shared<State<T>>(capacity));
}

}  // namespace async::inline ASYNC_FLAVOUR::broadcast
