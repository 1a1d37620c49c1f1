// broadcast.hpp -- the models of common/channel/broadcast: every value to every receiver, or the number that it missed.
//
// All is under one mutex; what is at stake are the wake-ups, and that nobody gets a value twice.
#pragma once

#include <utility>

#include "common/channel/broadcast.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"

namespace async::models {

// Receives until the channel is closed: 1, 2, .. `sent` in order, or a number for those that were missed.
inline void broadcast_receive_all(broadcast::Receiver<Payload>& receiver, int sent) {
  int last = 0;
  for (;;) {
    const auto got = receiver.blocking_recv();
    if (!got && got.error().is_closed()) break;
    if (got) {
      ASYNC_CHECK(got->read() == last + 1, "a value was lost, or came twice");
      last = got->read();
    } else {
      last += static_cast<int>(got.error().missed());
    }
  }
  ASYNC_CHECK(last == sent, "the last values were neither received nor told of");
}

// Two receivers, one sender that leaves; there is room for one value.
inline void broadcast_to_two(std::size_t capacity, int values) {
  auto channel = broadcast::channel<Payload>(capacity);
  auto second = channel.sender.subscribe();
  base::Thread other([&] { broadcast_receive_all(second, values); });
  base::Thread sending([&, sender = std::move(channel.sender)] {
    for (int value = 1; value <= values; ++value) {
      const auto sent = sender.send(Payload(value));
      ASYNC_CHECK(sent && *sent == 2, "there are two receivers");
    }
  });
  broadcast_receive_all(channel.receiver, values);
  other.join();
  sending.join();
}
inline void broadcast_keeps_all() { broadcast_to_two(2, 2); }
inline void broadcast_lags() { broadcast_to_two(1, 2); }

// Two senders; the last one ends it.
inline void broadcast_two_senders() {
  auto channel = broadcast::channel<int>(2);
  const auto send = [](broadcast::Sender<int> sender, int value) {
    ASYNC_CHECK(sender.send(value), "the receiver is there");
  };
  base::Thread one(send, channel.sender.clone(), 1);
  base::Thread two(send, std::move(channel.sender), 2);
  int sum = 0;
  for (auto got = channel.receiver.blocking_recv(); got; got = channel.receiver.blocking_recv()) {
    ASYNC_CHECK((sum & *got) == 0, "a value was received twice");
    sum |= *got;
  }
  ASYNC_CHECK(sum == 3, "a value was lost");
  one.join();
  two.join();
}

// A receive that waits is dropped, then its receiver: what only it wanted is destroyed, and the other one is served.
inline void broadcast_receiver_goes() {
  auto channel = broadcast::channel<Payload>(2);
  base::Thread staying, sending;
  auto second = channel.sender.subscribe();
  {
    broadcast::Receiver<Payload> gone(std::move(channel.receiver));
    auto dropped = gone.recv();
    Context cx(Waker::noop());
    ASYNC_CHECK(dropped.poll(cx).is_pending(), "nothing was sent");
    staying = base::Thread([&] {
      const auto got = second.blocking_recv();
      ASYNC_CHECK(got && got->read() == 7, "the value that was sent is not the one that came");
    });
    sending = base::Thread([&] { ASYNC_CHECK(channel.sender.send(Payload(7)), "a receiver is there"); });
  }
  staying.join();
  sending.join();
  ASYNC_CHECK(channel.sender.is_empty(), "a value is kept that nobody wants");
}

inline constexpr Model models_of_broadcast[] = {
    {"broadcast_keeps_all", broadcast_keeps_all},
    {"broadcast_lags", broadcast_lags, {.preemptions = 3}},
    {"broadcast_two_senders", broadcast_two_senders, {.preemptions = 4}},
    {"broadcast_receiver_goes", broadcast_receiver_goes, {.preemptions = 5}},
};

}  // namespace async::models
