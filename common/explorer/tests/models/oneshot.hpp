// oneshot.hpp -- the models of common/channel/oneshot: one value, and either side may go at any time.
#pragma once

#include <optional>
#include <utility>

#include "common/channel/oneshot.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"

namespace async::models {

// The receiver waits: it is woken, and what it gets is whole.
inline void oneshot_sends() {
  auto channel = oneshot::channel<Payload>();
  base::Thread other([sender = std::move(channel.sender)]() mutable {
    ASYNC_CHECK(std::move(sender).send(Payload(7)), "the receiver waits, and yet the value came back");
  });
  const auto got = block_on(channel.receiver);
  ASYNC_CHECK(got && got->read() == 7, "the value that was sent is not the one that came");
  other.join();
}

// The sender goes: the receiver is told. Or the receiver goes: the value comes back, or is destroyed, once.
inline void oneshot_is_dropped() {
  auto channel = oneshot::channel<Payload>();
  std::optional receiver(std::move(channel.receiver));
  base::Thread other([sender = std::move(channel.sender)]() mutable {
    const auto sent = std::move(sender).send(Payload(7));
    if (!sent) ASYNC_CHECK(sent.error().read() == 7, "another value came back");
  });
  Context cx(Waker::noop());
  auto polled = receiver->poll(cx);
  if (polled.is_ready()) ASYNC_CHECK(polled.value().value().read() == 7, "another value came");
  receiver.reset();
  other.join();
}

inline void oneshot_sender_goes() {
  auto channel = oneshot::channel<Payload>();
  base::Thread other([sender = std::move(channel.sender)] {});
  ASYNC_CHECK(!block_on(channel.receiver), "nobody sent a value, and yet there is one");
  other.join();
}

// A waker that somebody owns and counts; unlike the one of nobody, it cannot be in two slots at a time.
inline Waker counted_waker() { return async::detail::ParkedThread::create().into_waker(); }

// The receiver waited already when it goes, and takes its waker with it.
inline void oneshot_waiting_receiver_goes() {
  auto channel = oneshot::channel<Payload>();
  const Waker waker = counted_waker();
  base::Thread other;
  {
    auto receiver = std::move(channel.receiver);
    Context cx(waker);
    ASYNC_CHECK(receiver.poll(cx).is_pending(), "nothing was sent");
    other = base::Thread([sender = std::move(channel.sender)]() mutable {
      const auto sent = std::move(sender).send(Payload(7));
      if (!sent) ASYNC_CHECK(sent.error().read() == 7, "another value came back");
    });
  }
  other.join();
}

// It is polled with one waker, then with another one: the newest is called.
inline void oneshot_waker_changes() {
  auto channel = oneshot::channel<Payload>();
  const Waker first = counted_waker();
  Context cx(first);
  ASYNC_CHECK(channel.receiver.poll(cx).is_pending(), "nothing was sent");
  base::Thread other([sender = std::move(channel.sender)]() mutable {
    ASYNC_CHECK(std::move(sender).send(Payload(7)), "the receiver waits, and yet the value came back");
  });
  const auto got = block_on(channel.receiver);
  ASYNC_CHECK(got && got->read() == 7, "the value that was sent is not the one that came");
  other.join();
}

// close() meets send(): the value is received, or comes back.
inline void oneshot_closes() {
  auto channel = oneshot::channel<Payload>();
  bool was_sent = false;
  base::Thread other([&was_sent, sender = std::move(channel.sender)]() mutable {
    was_sent = std::move(sender).send(Payload(7)).has_value();
  });
  channel.receiver.close();
  const auto got = channel.receiver.try_recv();
  other.join();
  ASYNC_CHECK(got.has_value() == was_sent, "the value was neither received nor given back, or both");
}

// The sender waits until nobody wants its value, first with one waker, then with another one.
inline void oneshot_sender_waits_for_the_end() {
  auto channel = oneshot::channel<Payload>();
  Payload done = 0;
  auto closed = channel.sender.closed();
  const Waker first = counted_waker();
  Context cx(first);
  ASYNC_CHECK(closed.poll(cx).is_pending(), "the receiver is there");
  base::Thread other([&done, receiver = std::move(channel.receiver)]() mutable {
    done.write(7);
    receiver.close();
  });
  block_on(closed);
  ASYNC_CHECK(done.read() == 7, "the end came before what was done before it");
  other.join();
}

// It looks only.
inline void oneshot_sender_looks_for_the_end() {
  auto channel = oneshot::channel<Payload>();
  Payload done = 0;
  base::Thread other([&done, receiver = std::move(channel.receiver)]() mutable {
    done.write(7);
    receiver.close();
  });
  if (channel.sender.is_closed())
    ASYNC_CHECK(done.read() == 7, "the end came before what was done before it");
  other.join();
}

// It gives that up, and sends: its waker is its own again, or the receiver's.
inline void oneshot_sender_waits_no_more() {
  auto channel = oneshot::channel<Payload>();
  const Waker waker = counted_waker();
  base::Thread other;
  {
    auto closed = channel.sender.closed();
    Context cx(waker);
    ASYNC_CHECK(closed.poll(cx).is_pending(), "the receiver is there");
    other = base::Thread([receiver = std::move(channel.receiver)]() mutable { receiver.close(); });
  }
  const auto sent = std::move(channel.sender).send(Payload(7));
  if (!sent) ASYNC_CHECK(sent.error().read() == 7, "another value came back");
  other.join();
}

inline constexpr Model models_of_oneshot[] = {
    {"oneshot_sends", oneshot_sends, {.preemptions = 6}},
    {"oneshot_is_dropped", oneshot_is_dropped, {.preemptions = 6}},
    {"oneshot_sender_goes", oneshot_sender_goes, {.preemptions = 6}},
    {"oneshot_waiting_receiver_goes", oneshot_waiting_receiver_goes, {.preemptions = 6}},
    {"oneshot_waker_changes", oneshot_waker_changes, {.preemptions = 6}},
    {"oneshot_closes", oneshot_closes, {.preemptions = 6}},
    {"oneshot_sender_waits_for_the_end", oneshot_sender_waits_for_the_end, {.preemptions = 4}},
    {"oneshot_sender_looks_for_the_end", oneshot_sender_looks_for_the_end, {.preemptions = 6}},
    {"oneshot_sender_waits_no_more", oneshot_sender_waits_no_more, {.preemptions = 6}},
};

}  // namespace async::models
