// channel_reentry_test.cpp -- what a channel calls may come back to it: nothing is called while it is locked.
//
// Where it were otherwise, the thread would wait for its own mutex: the deadline says so.
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/make_task.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;

// Makes wakers that call a function whenever anything is done to them. Outlives them. Each clone is another
// waker: none will_wake the other.
class CallingWaker {
 public:
  explicit CallingWaker(std::function<void()> call) : call_(std::move(call)) {}

  Waker waker() { return Waker(RawWaker{new Clone{this}, &kTable}); }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  struct Clone {
    CallingWaker* maker;
  };
  static CallingWaker& maker(const void* data) { return *static_cast<const Clone*>(data)->maker; }
  void call() {
    ++calls_;
    call_();
  }
  static RawWaker clone(const void* data) noexcept {
    maker(data).call();
    return {new Clone{&maker(data)}, &kTable};
  }
  static void wake(const void* data) noexcept { drop(data); }
  static void wake_by_ref(const void* data) noexcept { maker(data).call(); }
  static void drop(const void* data) noexcept {
    CallingWaker& called = maker(data);
    delete static_cast<const Clone*>(data);
    called.call();
  }
  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  std::function<void()> call_;
  int calls_ = 0;
};

TEST(ChannelReentryTest, Wakers_MayUseTheChannel_WhenClonedWokenOrDropped) {
  const Deadline deadline("a waker waits for the lock under which it was called");
  auto [sender, receiver] = bounded<int>(1);
  CallingWaker calling([&sender] { EXPECT_LE(sender.len(), 1u); });
  const Waker waker = calling.waker();
  Context cx(waker);
  const auto calls_of = [&calling](auto act) {
    const int before = calling.calls();
    act();
    return calling.calls() - before;
  };
  auto receive = std::optional<detail::Child<RecvFuture<int>>>();
  receive.emplace(std::in_place, [&receiver] { return receiver.recv_async(); });
  EXPECT_EQ(calls_of([&] { EXPECT_FALSE(receive->poll(cx)); }), 1);  // cloned
  EXPECT_EQ(calls_of([&] { EXPECT_FALSE(receive->poll(cx)); }), 2);  // cloned, the old one dropped
  EXPECT_EQ(calls_of([&] { EXPECT_TRUE(sender.try_send(1)); }), 1);  // woken
  EXPECT_EQ(calls_of([&] { EXPECT_TRUE(receive->poll(cx)); }), 0);   //
  receive.emplace(std::in_place, [&receiver] { return receiver.recv_async(); });
  EXPECT_EQ(calls_of([&] { EXPECT_FALSE(receive->poll(cx)); }), 1);
  EXPECT_EQ(calls_of([&] { receive.reset(); }), 1);  // dropped

  EXPECT_TRUE(sender.try_send(1));
  auto first = sender.send_async(2), second = sender.send_async(3);
  EXPECT_EQ(calls_of([&] { EXPECT_TRUE(first.poll(cx).is_pending()); }), 1);
  EXPECT_EQ(calls_of([&] { EXPECT_TRUE(first.poll(cx).is_pending()); }), 2);
  EXPECT_EQ(calls_of([&] { EXPECT_TRUE(second.poll(cx).is_pending()); }), 1);
  EXPECT_EQ(calls_of([&] { EXPECT_EQ(receiver.try_recv(), 1); }), 1);
  EXPECT_EQ(calls_of([&] { sender.close(); }), 1);
}

// Question: a waker is cloned while nothing is locked, and something is sent just then. Is it seen?
TEST(ChannelReentryTest, WhatComesWhileTheWakerIsCloned_IsNotMissed) {
  const Deadline deadline("a waker waits for the lock under which it was called");
  auto [sender, receiver] = bounded<int>(1);
  bool done = false;
  CallingWaker sends([&sender, &done] {
    if (!std::exchange(done, true)) {
      EXPECT_TRUE(sender.try_send(7));
    }
  });
  {
    const Waker waker = sends.waker();
    Context cx(waker);
    auto receive = receiver.recv_async();
    EXPECT_EQ(receive.poll(cx).value(), 7);
  }
  done = false;
  EXPECT_TRUE(sender.try_send(8));
  CallingWaker receives([&receiver, &done] {
    if (!std::exchange(done, true)) {
      EXPECT_EQ(receiver.try_recv(), 8);
    }
  });
  const Waker waker = receives.waker();
  Context cx(waker);
  auto send = sender.send_async(9);
  EXPECT_TRUE(send.poll(cx).is_ready());
}

// Question: close() wakes two senders, one after the other. The first one's waker looks for more to receive.
// Is the value of the second, which knows nothing yet, still to be had?
TEST(ChannelReentryTest, WhoIsWokenByCloseFirst_FindsNobodyWaitingAnyMore) {
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto second = sender.send_async(2);
  bool looked = false, armed = false;
  CallingWaker looks([&] {
    if (!armed || std::exchange(looked, true)) return;
    EXPECT_TRUE(receiver.try_recv().error().is_closed());
    // Not dismissed yet: it leaves the list by itself.
    EXPECT_EQ(task.poll(second).value().error().value(), 2);
    EXPECT_EQ(task.kept_wakers(), 0u);
  });
  auto first = sender.send_async(1);
  {
    const Waker waker = looks.waker();
    Context cx(waker);
    EXPECT_TRUE(first.poll(cx).is_pending());
  }
  EXPECT_TRUE(task.poll(second).is_pending());
  armed = true;
  sender.close();
  EXPECT_TRUE(looked);
  EXPECT_EQ(task.take_wakes(), 0u);
}

// Question: the time of a send is over, and inside the poll that finds this out a receiver comes. Who wins?
// A waker of which each clone calls us finds every moment at which somebody else could have come.
TEST(ChannelReentryTest, ReceiverThatComesInsideTheLastPoll_GetsTheValue_AndTheSendSaysSo) {
  bool came_in_time = false, came_too_late = false;
  for (int moment = 1; !came_too_late; ++moment) {
    ASSERT_LT(moment, 20);
    PausedClock clock;
    auto [sender, receiver] = bounded<int>(0);
    int calls = -1;  // not counted
    std::optional<int> received;
    CallingWaker counts([&] {
      if (calls < 0 || ++calls != moment) return;
      if (const auto value = receiver.try_recv()) received = *value;
    });
    const Waker waker = counts.waker();
    Context cx(waker);
    auto send = sender.send_timeout_async(5, std::chrono::seconds(1));
    EXPECT_TRUE(send.poll(cx).is_pending());
    clock.advance(std::chrono::seconds(1));
    calls = 0;
    const auto sent = send.poll(cx).value();
    EXPECT_EQ(sent.has_value(), received.has_value()) << "moment " << moment;
    came_in_time |= received.has_value();
    came_too_late = calls < moment;
    calls = -1;
  }
  EXPECT_TRUE(came_in_time);
}

// Who is woken by close() may drop the ends and the futures, all of them. (AddressSanitizer answers.)
TEST(ChannelReentryTest, WakerThatDropsEverything_MayDoSoInsideClose) {
  auto ends = std::make_unique<Channel<int>>(unbounded<int>());
  std::optional<detail::Child<RecvFuture<int>>> receive;
  bool armed = false;
  CallingWaker drops([&] {
    if (!std::exchange(armed, false)) return;
    ends.reset();
    receive.reset();
  });
  const Waker waker = drops.waker();
  Context cx(waker);
  receive.emplace(std::in_place, [&] { return ends->receiver.recv_async(); });
  EXPECT_FALSE(receive->poll(cx));
  armed = true;
  ends->sender.close();
  EXPECT_EQ(ends, nullptr);
  EXPECT_FALSE(receive);
}

// A value that looks at its channel when it is destroyed. What a move has emptied must not: that happens
// locked.
struct Nosy {
  explicit Nosy(const Sender<Nosy>& to) : sender(std::make_unique<Sender<Nosy>>(to)) {}
  Nosy(Nosy&&) noexcept = default;
  Nosy& operator=(Nosy&&) = delete;
  ~Nosy() {
    if (sender != nullptr) {
      EXPECT_TRUE(sender->is_closed());
    }
  }
  std::unique_ptr<Sender<Nosy>> sender;
};

TEST(ChannelReentryTest, Values_MayUseTheChannel_WhenTheLastReceiverDestroysThem) {
  const Deadline deadline("a value is destroyed under the lock");
  auto ends = unbounded<Nosy>();
  std::optional<Receiver<Nosy>> receiver(std::move(ends.receiver));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ends.sender.try_send(Nosy(ends.sender)));
  EXPECT_EQ(ends.sender.sender_count(), 4u);
  receiver.reset();
  EXPECT_EQ(ends.sender.sender_count(), 1u);
}

// Chapter 3's queue: a Runnable in the channel owns the function that puts it there, and that a Sender.
// Question: the last Receiver goes while one is inside. What keeps the circle from living for ever?
// Break in `ChannelState::drop_values`.
TEST(ChannelReentryTest, RunnablesInAChannelWithoutReceivers_AreDropped_AndTheirTasksWithThem) {
  struct Owner {
    explicit Owner(bool& flag) : destroyed(flag) {}
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { destroyed = true; }
    bool& destroyed;
  };
  bool queued_gone = false, refused_gone = false;
  const auto holds = [](std::unique_ptr<Owner>) -> Async<> { co_return; };

  auto ends = unbounded<Runnable>();
  std::optional<Receiver<Runnable>> receiver(std::move(ends.receiver));
  std::optional<Sender<Runnable>> sender(std::move(ends.sender));
  const auto schedule_to = [](Sender<Runnable> to) {
    return [to](Runnable next) { (void)to.send(std::move(next)); };
  };
  auto queued = make_task(future_maker(holds, std::make_unique<Owner>(queued_gone)), schedule_to(*sender));
  EXPECT_TRUE(sender->send(std::move(queued.runnable)));
  receiver.reset();
  EXPECT_TRUE(queued_gone);
  CountingTask asks;
  EXPECT_THROW((void)asks.poll(queued.task), TaskCancelled);

  auto refused = make_task(future_maker(holds, std::make_unique<Owner>(refused_gone)), schedule_to(*sender));
  EXPECT_FALSE(sender->send(std::move(refused.runnable)));
  EXPECT_TRUE(refused_gone);
}

TEST(ChannelReentryTest, Runnables_GoThroughAChannel_AsThroughAnyQueue) {
  auto [sender, receiver] = unbounded<Runnable>();
  int polls = 0;
  const auto count = [&polls]() -> Async<> {
    ++polls;
    co_await yield_now();
    ++polls;
  };
  auto [runnable, task] =
      make_task(future_maker(count), [to = sender](Runnable next) { (void)to.send(std::move(next)); });
  EXPECT_TRUE(sender.send(std::move(runnable)));
  for (Runnable next : receiver.try_iter()) (void)std::move(next).run();
  EXPECT_EQ(polls, 2);
  EXPECT_TRUE(task.is_finished());
}

}  // namespace
