// mpsc.hpp -- the models of common/channel/mpsc: permits, a queue of blocks without a lock, one atomic waker.
//
// The blocks of the channel have four slots at least. So the queue's own models use it with one slot a block, as
// mpsc/state.hpp does: then every value crosses a boundary, and blocks are used again.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"

namespace async::models {

// An unbounded channel with few slots a block.
template <std::size_t kSlots>
struct FewSlots : mpsc::Unbounded {
  [[nodiscard]] static std::size_t slots() { return kSlots; }
};

// Two senders: one sends 1, 2, .. `first_sends`, the other one 10. All come, each sender's in order; then the end.
template <std::size_t kSlots>
void mpsc_through_blocks(int first_sends) {
  using State = mpsc::State<Payload, FewSlots<kSlots>>;
  const auto state = std::make_shared<State>();
  mpsc::BasicReceiver<Payload, FewSlots<kSlots>> receiver(state);
  const auto push = [&state = *state](int value) {
    Payload sent(value);
    ASYNC_CHECK(state.push(sent), "the receiver is there, and yet the value came back");
  };
  state->add_sender();
  base::Thread one([&] {
    for (int value = 1; value <= first_sends; ++value) push(value);
    state->drop_sender();
  });
  base::Thread two([&] {
    push(10);
    state->drop_sender();
  });
  int last = 0, of_two = 0;
  for (auto got = receiver.blocking_recv(); got; got = receiver.blocking_recv()) {
    const int value = got->read();
    ASYNC_CHECK(value == 10 || value == last + 1, "a value was lost, came twice, or came too early");
    ++(value == 10 ? of_two : last);
  }
  ASYNC_CHECK(last == first_sends && of_two == 1, "a value was lost, or came twice");
  one.join();
  two.join();
}
inline void mpsc_one_slot_a_block() { mpsc_through_blocks<1>(2); }
inline void mpsc_two_slots_a_block() { mpsc_through_blocks<2>(3); }

// Blocks are used again while a sender is still on its way through them.
inline void mpsc_blocks_are_used_again() {
  async::detail::BlockQueue<Payload> queue(1);
  const auto push = [&](int value) {
    Payload sent(value);
    ASYNC_CHECK(queue.push(sent) != async::detail::Pushed::closed, "nobody closes it");
  };
  base::Thread other([&] { push(10); });
  int last = 0, of_other = 0;
  const auto pop = [&] {
    std::optional<Payload> got;
    if (!queue.pop(got)) return;
    const int value = got->read();
    ASYNC_CHECK(value == 10 || value == last + 1, "a value was lost, came twice, or came too early");
    ++(value == 10 ? of_other : last);
  };
  for (int value = 1; value <= 4; ++value) {
    push(value);
    pop();
  }
  other.join();
  for (int i = 0; i < 5; ++i) pop();
  ASYNC_CHECK(last == 4 && of_other == 1, "a value was lost, or came twice");
}

// One place, two senders that wait for it.
inline void mpsc_bounded() {
  auto channel = mpsc::channel<Payload>(1);
  const auto send = [](const mpsc::Sender<Payload>& sender, int value) {
    ASYNC_CHECK(sender.blocking_send(Payload(value)), "the receiver is there, and yet the value came back");
  };
  base::Thread one([&, sender = channel.sender.clone()] { send(sender, 1); });
  base::Thread two([&, sender = std::move(channel.sender)] { send(sender, 2); });
  int sum = 0;
  for (auto got = channel.receiver.blocking_recv(); got; got = channel.receiver.blocking_recv()) {
    ASYNC_CHECK((sum & got->read()) == 0, "a value was received twice");
    sum |= got->read();
  }
  ASYNC_CHECK(sum == 3, "a value was lost");
  one.join();
  two.join();
}

// The receiver closes: a permit that is out is still good, and the channel ends only when it is back, or has sent.
inline void mpsc_closes_with_a_permit_out(bool sends) {
  auto channel = mpsc::channel<Payload>(2);
  auto permit = channel.sender.try_reserve();
  base::Thread other([&, permit = std::move(*permit)]() mutable {
    mpsc::Permit<Payload> mine(std::move(permit));
    if (sends) std::move(mine).send(Payload(7));
  });
  channel.receiver.close();
  ASYNC_CHECK(!channel.sender.try_send(Payload(1)), "it is closed");
  const auto got = channel.receiver.blocking_recv();
  ASYNC_CHECK(got.has_value() == sends && (!got || got->read() == 7), "another value came, or none");
  ASYNC_CHECK(!sends || !channel.receiver.blocking_recv(), "nothing else was sent");
  other.join();
}
inline void mpsc_closes_before_a_send() { mpsc_closes_with_a_permit_out(true); }
inline void mpsc_closes_before_a_permit_comes_back() { mpsc_closes_with_a_permit_out(false); }

// close() meets a sender that waits for room: its value comes back, or is received.
inline void mpsc_closes_on_a_sender() {
  auto channel = mpsc::channel<Payload>(1);
  ASYNC_CHECK(channel.sender.try_send(Payload(1)), "there is room for one");
  bool was_sent = false;
  base::Thread other([&] {
    const auto sent = channel.sender.blocking_send(Payload(2));
    if (!sent) ASYNC_CHECK(sent.error().value().read() == 2, "another value came back");
    was_sent = sent.has_value();
  });
  const auto first = channel.receiver.blocking_recv();
  ASYNC_CHECK(first && first->read() == 1, "the first one is not the first");
  channel.receiver.close();
  const auto second = channel.receiver.blocking_recv();
  other.join();
  ASYNC_CHECK(second.has_value() == was_sent, "the value was neither received nor given back, or both");
}

// A receive that waited is dropped: the next one gets the value.
inline void mpsc_recv_is_dropped() {
  auto channel = mpsc::unbounded_channel<Payload>();
  base::Thread other([&] { ASYNC_CHECK(channel.sender.send(Payload(7)), "the receiver is there"); });
  std::optional<Payload> got;
  {
    auto dropped = channel.receiver.recv();
    Context cx(Waker::noop());
    auto polled = dropped.poll(cx);
    if (polled.is_ready()) got = std::move(polled).value();
  }
  if (!got) got = channel.receiver.blocking_recv();
  ASYNC_CHECK(got && got->read() == 7, "the value that was sent is not the one that came");
  other.join();
}

// An unbounded channel is closed while two send: what was claimed before comes, the other value comes back.
inline void mpsc_unbounded_closes() {
  auto channel = mpsc::unbounded_channel<Payload>();
  int sent = 0, got = 0;
  base::Thread other([&] {
    const auto result = channel.sender.send(Payload(7));
    if (!result) ASYNC_CHECK(result.error().value().read() == 7, "another value came back");
    sent = result ? 1 : 0;
  });
  channel.receiver.close();
  while (channel.receiver.blocking_recv()) ++got;
  other.join();
  ASYNC_CHECK(sent == got, "a value was neither received nor given back, or both");
}

// A weak sender becomes one, or finds the channel closed; never a closed channel that goes on.
inline void mpsc_weak_sender() {
  auto channel = mpsc::unbounded_channel<Payload>();
  bool was_sent = false;
  base::Thread other([&was_sent, weak = channel.sender.downgrade()] {
    const auto sender = weak.upgrade();
    if (sender) was_sent = sender->send(Payload(7)).has_value();
    ASYNC_CHECK(!sender || was_sent, "there is a sender, and yet the channel is closed");
  });
  {
    const mpsc::UnboundedSender<Payload> gone(std::move(channel.sender));
  }
  int got = 0;
  while (channel.receiver.blocking_recv()) ++got;
  other.join();
  ASYNC_CHECK(got == (was_sent ? 1 : 0), "the value was lost");
}

// Senders wait for the end of the receiver.
inline void mpsc_receiver_goes() {
  auto channel = mpsc::channel<Payload>(1);
  Payload done = 0;
  base::Thread other([&done, receiver = std::move(channel.receiver)]() mutable {
    done.write(7);
    const mpsc::Receiver<Payload> gone(std::move(receiver));
  });
  ASYNC_CHECK(channel.sender.try_send(Payload(1)) || channel.sender.is_closed(), "there is room for one");
  block_on(channel.sender.closed());
  ASYNC_CHECK(done.read() == 7, "the end came before what was done");
  other.join();
}

// The senders leave: who finds the channel at its end sees what each did before.
inline void mpsc_senders_go() {
  auto channel = mpsc::unbounded_channel<Payload>();
  Payload first = 0, second = 0;
  const auto go = [](mpsc::UnboundedSender<Payload> sender, Payload& done) {
    done.write(7);
    const mpsc::UnboundedSender<Payload> gone(std::move(sender));
  };
  base::Thread one([&, sender = channel.sender.clone()]() mutable { go(std::move(sender), first); });
  base::Thread two([&, sender = std::move(channel.sender)]() mutable { go(std::move(sender), second); });
  ASYNC_CHECK(!channel.receiver.blocking_recv(), "nothing was sent");
  ASYNC_CHECK(first.read() == 7 && second.read() == 7, "the end came before what the senders did");
  one.join();
  two.join();
}

// The receiver closes; a sender only looks.
inline void mpsc_close_is_looked_at() {
  auto channel = mpsc::unbounded_channel<Payload>();
  Payload done = 0;
  base::Thread other([&] {
    done.write(7);
    channel.receiver.close();
  });
  if (channel.sender.is_closed()) ASYNC_CHECK(done.read() == 7, "the end came before what was done");
  other.join();
}

inline constexpr Model models_of_mpsc[] = {
    {"mpsc_one_slot_a_block", mpsc_one_slot_a_block, {.preemptions = 2, .old_reads = 1}},
    {"mpsc_two_slots_a_block", mpsc_two_slots_a_block, {.preemptions = 2, .old_reads = 1}},
    {"mpsc_blocks_are_used_again", mpsc_blocks_are_used_again, {.preemptions = 3, .old_reads = 1}},
    {"mpsc_bounded", mpsc_bounded},
    {"mpsc_closes_before_a_send", mpsc_closes_before_a_send, {.preemptions = 5}},
    {"mpsc_closes_before_a_permit_comes_back", mpsc_closes_before_a_permit_comes_back, {.preemptions = 5}},
    {"mpsc_closes_on_a_sender", mpsc_closes_on_a_sender, {.preemptions = 4}},
    {"mpsc_recv_is_dropped", mpsc_recv_is_dropped, {.preemptions = 5}},
    {"mpsc_unbounded_closes", mpsc_unbounded_closes, {.preemptions = 6}},
    {"mpsc_weak_sender", mpsc_weak_sender, {.preemptions = 5}},
    {"mpsc_senders_go", mpsc_senders_go, {.preemptions = 3}},
    {"mpsc_close_is_looked_at", mpsc_close_is_looked_at, {.preemptions = 6}},
    {"mpsc_receiver_goes", mpsc_receiver_goes, {.preemptions = 5}},
};

}  // namespace async::models
