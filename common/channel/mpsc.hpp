// mpsc.hpp -- mpsc::channel<T>(capacity), mpsc::unbounded_channel<T>(): many senders, one receiver.
//
//   auto [tx, rx] = mpsc::channel<std::string>(8);
//   const auto sent = co_await tx.send("one");          // waits while 8 values are in it
//   while (true) {
//     auto text = co_await rx.recv();                   // std::optional: none once it is closed and empty
//     if (!text) break;
//     ...
//   }
//
// Room is a permit. A send takes one, waiting its turn if there is none, and puts its value into a queue; to
// receive the value gives the permit back. reserve() gets the permit alone, to be used later. So the channel
// is made of three parts, each of which can be read for itself:
//   - the permits: a fair semaphore (common/sync/semaphore_core.hpp). The unbounded channel has none.
//   - the queue: blocks of slots that many fill and one empties, without a lock (mpsc/block_queue.hpp).
//   - the one that waits: an atomic waker (common/future/atomic_waker.hpp). Only who fills the very slot that
//     the receiver waits for calls it (mpsc/state.hpp).
//
// What is promised:
//   - Each value that was sent is received once, or destroyed with the channel.
//   - Values come out in the order in which they went in: for one sender, in that of its sends. Permits are
//     given out in the order in which their futures were first polled.
//   - When the last sender is gone the receiver gets what is left, then nothing. After rx.close() too: what
//     was sent, and what still comes by a permit that was out. When the receiver is gone what is left is
//     destroyed.
//   - A send that fails gives the value back.
// Costs: no allocation for a message: blocks are used again. Waiting allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/channel/mpsc/receiver.hpp"
#include "common/channel/mpsc/sender.hpp"
#include "common/channel/mpsc/unbounded_sender.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
struct Channel {
  explicit Channel(std::shared_ptr<State<T, Bounded>> state) : sender(state), receiver(std::move(state)) {}

  Sender<T> sender;
  Receiver<T> receiver;
};

template <class T>
struct UnboundedChannel {
  explicit UnboundedChannel(std::shared_ptr<State<T, Unbounded>> state)
      : sender(state), receiver(std::move(state)) {}

  UnboundedSender<T> sender;
  UnboundedReceiver<T> receiver;
};

// Sends wait while `capacity` values are in it, or permits out. At most SIZE_MAX / 8.
template <class T>
[[nodiscard]] Channel<T> channel(std::size_t capacity) {
  if (capacity == 0) throw std::invalid_argument("an mpsc channel has a capacity of 1 or more");
  return Channel<T>(std::make_shared<State<T, Bounded>>(capacity));
}

// Sends never wait: of use where something else bounds what is in it.
template <class T>
[[nodiscard]] UnboundedChannel<T> unbounded_channel() {
  return UnboundedChannel<T>(std::make_shared<State<T, Unbounded>>());
}

}  // namespace async::inline ASYNC_FLAVOUR::mpsc
