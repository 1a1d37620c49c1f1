// watch.hpp -- watch::channel<T>(initial): one value that changes, and those who want to know.
//
//   auto [tx, rx] = watch::channel<Config>(read_config());
//   while (true) {
//     const auto changed = co_await rx.changed();       // closed, once the last sender is gone
//     if (!changed) break;
//     use(*rx.borrow_and_update());
//   }
//
// A receiver sees the newest value, not each one: what it was too slow for is gone. New receivers have seen
// the value that is there when they are made.
//
// What borrow() means: it holds the one lock of the channel, which blocks its thread. So keep it for one
// expression; do not await, send, or borrow again while it lives. get() copies the value and holds nothing.
// What is promised: changed() is ready if there was a change since the receiver last looked, also if the last
// sender is gone by now; then closed. A send without any receiver gives the value back, and changes nothing.
// Costs: a mutex for the value, another for the list of those who wait; waiting allocates nothing.
#pragma once

#include <memory>
#include <utility>

#include "common/channel/watch/receiver.hpp"
#include "common/channel/watch/sender.hpp"

namespace async::inline ASYNC_FLAVOUR::watch {

template <class T>
struct Channel {
  explicit Channel(std::shared_ptr<State<T>> state) : sender(state), receiver(std::move(state)) {}

  Sender<T> sender;
  Receiver<T> receiver;
};

template <class T>
[[nodiscard]] Channel<T> channel(T initial) {
  return Channel<T>(std::make_shared<State<T>>(std::move(initial)));
}

}  // namespace async::inline ASYNC_FLAVOUR::watch
