// watch.hpp -- the models of common/channel/watch: the last value is never missed, nor is the end.
#pragma once

#include <optional>
#include <utility>

#include "common/channel/watch.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"

namespace async::models {

// The receiver may skip a value, but sees the last one, then the end.
inline void watch_last_value() {
  auto channel = watch::channel<int>(0);
  base::Thread other([sender = std::move(channel.sender)] {
    ASYNC_CHECK(sender.send(1), "the receiver is there");
    ASYNC_CHECK(sender.send(2), "the receiver is there");
  });
  int seen = 0;
  for (auto changed = block_on(channel.receiver.changed()); changed;) {
    const int now = *channel.receiver.borrow_and_update();
    // Between the change and the look there may have been another one; then the next change was seen already.
    ASYNC_CHECK(now >= seen, "a value came after a newer one");
    seen = now;
    changed = block_on(channel.receiver.changed());
  }
  ASYNC_CHECK(seen == 2, "the last value was missed");
  other.join();
}

// Two senders, each of which leaves after one change: no change is lost, and who sees the end sees both.
inline void watch_two_senders() {
  auto channel = watch::channel<int>(0);
  Payload first = 0, second = 0;
  const auto change = [](watch::Sender<int> sender, Payload& done) {
    sender.send_modify([](int& value) { ++value; });
    done.write(7);
  };
  base::Thread one([&, sender = channel.sender.clone()]() mutable { change(std::move(sender), first); });
  base::Thread two([&, sender = std::move(channel.sender)]() mutable { change(std::move(sender), second); });
  const auto last = block_on(channel.receiver.wait_for([](const int& value) { return value == 2; }));
  ASYNC_CHECK(last && *last == 2, "a change was lost");
  ASYNC_CHECK(!block_on(channel.receiver.changed()), "there was no third change");
  ASYNC_CHECK(first.read() == 7 && second.read() == 7, "the end came before what the senders did");
  one.join();
  two.join();
}

// What is not in the channel, but was done before the change.
inline void watch_publishes() {
  auto channel = watch::channel<int>(0);
  Payload done = 0;
  base::Thread other([&] {
    done.write(7);
    ASYNC_CHECK(channel.sender.send(1), "the receiver is there");
  });
  const auto has_changed = channel.receiver.has_changed();
  if (*has_changed) ASYNC_CHECK(done.read() == 7, "the change came before what it tells of");
  other.join();
}

// The last sender goes; nobody looks at the value.
inline void watch_sender_goes() {
  auto channel = watch::channel<int>(0);
  Payload done = 0;
  base::Thread other([&done, sender = std::move(channel.sender)]() mutable {
    done.write(7);
    watch::Sender<int> gone(std::move(sender));
  });
  if (!channel.receiver.has_changed()) ASYNC_CHECK(done.read() == 7, "the end came before what was done");
  ASYNC_CHECK(!block_on(channel.receiver.changed()), "nothing was sent");
  ASYNC_CHECK(done.read() == 7, "the end came before what was done");
  other.join();
}

// Two receivers wait for one change; one of them is dropped, and wakes nobody else.
inline void watch_two_receivers() {
  auto channel = watch::channel<int>(0);
  const auto wait = [](watch::Receiver<int> receiver) {
    ASYNC_CHECK(block_on(receiver.changed()), "the sender is there");
    ASYNC_CHECK(*receiver.borrow() == 1, "the change came before its value");
  };
  base::Thread one(wait, channel.receiver.clone());
  base::Thread other([&] { ASYNC_CHECK(channel.sender.send(1), "a receiver is there"); });
  wait(channel.receiver.clone());
  one.join();
  other.join();
}

// The sender waits until nobody wants the value any more.
inline void watch_receivers_go() {
  auto channel = watch::channel<int>(0);
  Payload first = 0, second = 0;
  const auto go = [](watch::Receiver<int> receiver, Payload& done) {
    done.write(7);
    const watch::Receiver<int> gone(std::move(receiver));
  };
  base::Thread one([&, receiver = channel.receiver.clone()]() mutable { go(std::move(receiver), first); });
  base::Thread two(
      [&, receiver = std::move(channel.receiver)]() mutable { go(std::move(receiver), second); });
  block_on(channel.sender.closed());
  ASYNC_CHECK(first.read() == 7 && second.read() == 7, "the end came before what the receivers did");
  const auto sent = channel.sender.send(1);
  ASYNC_CHECK(!sent && sent.error().value() == 1, "there is no receiver, and yet it was sent");
  one.join();
  two.join();
}

// The same, by a look.
inline void watch_receiver_goes() {
  auto channel = watch::channel<int>(0);
  Payload done = 0;
  base::Thread other([&done, receiver = std::move(channel.receiver)]() mutable {
    done.write(7);
    const watch::Receiver<int> gone(std::move(receiver));
  });
  if (channel.sender.is_closed()) ASYNC_CHECK(done.read() == 7, "the end came before what was done");
  other.join();
}

inline constexpr Model models_of_watch[] = {
    {"watch_last_value", watch_last_value, {.preemptions = 4}},
    {"watch_two_senders", watch_two_senders},
    {"watch_publishes", watch_publishes, {.preemptions = 6}},
    {"watch_sender_goes", watch_sender_goes, {.preemptions = 6}},
    {"watch_two_receivers", watch_two_receivers},
    {"watch_receivers_go", watch_receivers_go, {.preemptions = 6}},
    {"watch_receiver_goes", watch_receiver_goes, {.preemptions = 6}},
};

}  // namespace async::models
