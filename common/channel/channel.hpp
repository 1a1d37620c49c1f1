// channel.hpp -- unbounded<T>(), bounded<T>(capacity): a queue with many ends, for threads and for tasks.
//
//   auto [sender, receiver] = bounded<std::string>(8);      // 0: a rendezvous, nothing is kept in between
//   sender.send("from a thread");                           // blocks the thread while the channel is full
//   co_await sender.send_async("from a task");              // lets the task wait instead
//   auto text = receiver.recv();                            // or co_await receiver.recv_async()
//
// The one idea: whoever waits is a waker in a queue. A task's waker schedules it; a blocked thread is a waker
// too, which unparks it (block_on). So the channel knows nothing of threads, and a blocked thread and a
// waiting task stand in the same queue, each in its turn.
//
// What is promised:
//   - Each value that was sent is received once, or destroyed by the last Receiver.
//   - Values come out in the order in which they went in. A send that has to wait takes its place by its
//     first poll, and nobody overtakes it: so one sender's values, sent one after the other, keep their
//     order.
//   - Receivers are woken in the order in which they began to wait, one for each value. A woken receiver has
//     no claim: another that asks before it takes the value, and the woken one waits again, at the end of the
//     queue.
//   - A send is done when its value is in the buffer, or, without room for it there, on the way to a receiver
//     that waited. Should that one be dropped before it takes it, the value is for the next one.
//   - Dropping a future, polled or not, loses no value that was sent and wakes who would otherwise sleep on.
//   - When the last Sender is gone, or after close() on either end, receivers get what is left, then
//     `closed`. When the last Receiver is gone, what is left is destroyed. Sends get `closed`, and their
//     value back.
//
// Read on with: channel_core.hpp (the rules), recv_future.hpp (how one waits), channel_state.hpp (who is
// woken when).
// Costs: one mutex, held for a few instructions. Waiting allocates nothing; a thread that has to park
// allocates what its wakers share.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "common/channel/receiver.hpp"
#include "common/channel/sender.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
struct Channel {
  explicit Channel(std::shared_ptr<detail::ChannelState<T>> state)
      : sender(state), receiver(std::move(state)) {}

  Sender<T> sender;
  Receiver<T> receiver;
};

// Sends never wait: of use where something else bounds what is in it.
template <class T>
[[nodiscard]] Channel<T> unbounded() {
  return Channel<T>(std::make_shared<detail::ChannelState<T>>(detail::ChannelCore<T>::kUnbounded));
}

// Sends wait while `capacity` values are in it.
template <class T>
[[nodiscard]] Channel<T> bounded(std::size_t capacity) {
  return Channel<T>(std::make_shared<detail::ChannelState<T>>(capacity));
}

}  // namespace async::inline ASYNC_FLAVOUR
