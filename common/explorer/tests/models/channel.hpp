// channel.hpp -- the models of common/channel/channel: many ends, threads and futures in one queue.
//
// All is under one mutex, so no memory order is at stake, but every wake-up is: a value that came while the waker was
// cloned, a receiver or a sender that was woken and goes, the end of the last one on either side.
#pragma once

#include <optional>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"

namespace async::models {

// Receives until the channel is closed; the values 1, 2, 4 were sent, or some of them: their sum.
inline int channel_sum_of_all(const Receiver<Payload>& receiver) {
  int sum = 0;
  for (auto value = receiver.recv(); value; value = receiver.recv()) {
    ASYNC_CHECK((sum & value->read()) == 0, "a value was received twice");
    sum |= value->read();
  }
  return sum;
}

// Two senders, each with one value, which leave; the receiver sees both, then the end.
inline void channel_two_senders(Channel<Payload> channel) {
  const auto send = [](Sender<Payload> sender, int value) {
    ASYNC_CHECK(sender.send(Payload(value)), "the receiver is there, and yet the value came back");
  };
  base::Thread first(send, channel.sender.clone(), 1);
  base::Thread second(send, std::move(channel.sender), 2);
  ASYNC_CHECK(channel_sum_of_all(channel.receiver) == 3, "a value was lost");
  first.join();
  second.join();
}
inline void channel_rendezvous() { channel_two_senders(bounded<Payload>(0)); }
inline void channel_one_place() { channel_two_senders(bounded<Payload>(1)); }
inline void channel_unbounded() { channel_two_senders(unbounded<Payload>()); }

// Who was woken for a value, and goes, passes the wake-up on.
inline void channel_recv_is_dropped() {
  auto channel = unbounded<Payload>();
  base::Thread behind, sending;
  {
    auto dropped = channel.receiver.recv_async();
    Context cx(Waker::noop());
    ASYNC_CHECK(dropped.poll(cx).is_pending(), "nothing was sent");
    behind = base::Thread([&] {
      const auto got = channel.receiver.recv();
      ASYNC_CHECK(got && got->read() == 7, "the value that was sent is not the one that came");
    });
    sending = base::Thread([&] {
      ASYNC_CHECK(channel.sender.send(Payload(7)), "a receiver waits, and yet the value came back");
    });
  }
  behind.join();
  sending.join();
}

// A send that waits is given up: its value comes back, or was sent. The one behind it is not held up.
inline void channel_send_is_cancelled() {
  auto channel = bounded<Payload>(1);
  ASYNC_CHECK(channel.sender.try_send(Payload(1)), "there is room for one");
  SendFuture<Payload> waiting(channel.sender.send_async(Payload(2)));
  Context cx(Waker::noop());
  ASYNC_CHECK(waiting.poll(cx).is_pending(), "there is no room for a second one");
  base::Thread behind([sender = std::move(channel.sender)] {
    ASYNC_CHECK(sender.send(Payload(4)), "the receiver is there, and yet the value came back");
  });
  int sum = 0;
  base::Thread receiving([&] { sum = channel_sum_of_all(channel.receiver); });
  const auto came_back = waiting.cancel();
  behind.join();
  receiving.join();
  ASYNC_CHECK(sum == (came_back ? 5 : 7), "the value was neither sent nor given back, or both");
}

// The receiver takes one value of two, and goes: the sender that waits gets the other one back, or it is destroyed.
inline void channel_receiver_goes(std::size_t capacity) {
  auto channel = bounded<Payload>(capacity);
  std::optional receiver(std::move(channel.receiver));
  base::Thread other([sender = channel.sender.clone()] {
    for (int value = 1; value <= 2; ++value) {
      const auto sent = sender.send(Payload(value));
      if (!sent) ASYNC_CHECK(sent.error().value().read() == value, "another value came back");
      ASYNC_CHECK(sent || value == 2, "the first one is received");
    }
  });
  const auto got = receiver->recv();
  ASYNC_CHECK(got && got->read() == 1, "the first one is not the first");
  receiver.reset();
  other.join();
}
inline void channel_receiver_goes_of_rendezvous() { channel_receiver_goes(0); }
inline void channel_receiver_goes_of_one() { channel_receiver_goes(1); }

// A close() meets a receiver and a sender.
inline void channel_closes() {
  auto channel = bounded<Payload>(0);
  bool sent = false;
  base::Thread sender([&] { sent = channel.sender.send(Payload(1)).has_value(); });
  base::Thread closer([&] { channel.receiver.close(); });
  const auto got = channel.receiver.recv();
  sender.join();
  closer.join();
  ASYNC_CHECK(got.has_value() == sent, "the value was neither received nor given back, or both");
}

inline constexpr Model models_of_channel[] = {
    {"channel_rendezvous", channel_rendezvous, {.preemptions = 3}},
    {"channel_one_place", channel_one_place, {.preemptions = 3}},
    {"channel_unbounded", channel_unbounded, {.preemptions = 4}},
    {"channel_recv_is_dropped", channel_recv_is_dropped, {.preemptions = 6}},
    {"channel_send_is_cancelled", channel_send_is_cancelled, {.preemptions = 4}},
    {"channel_receiver_goes_of_rendezvous", channel_receiver_goes_of_rendezvous, {.preemptions = 5}},
    {"channel_receiver_goes_of_one", channel_receiver_goes_of_one, {.preemptions = 6}},
    {"channel_closes", channel_closes, {.preemptions = 4}},
};

}  // namespace async::models
