// watch_test.cpp -- lessons: the newest value counts; who is told of a change, and when it is over.
#include "common/channel/watch.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

auto waiting(watch::Receiver<int>& rx) {
  return [&rx] { return rx.changed(); };
}

Async<> print_changes(watch::Receiver<int> rx, std::string& log) {
  while (true) {
    const auto changed = co_await rx.changed();
    if (!changed) break;
    log += std::to_string(*rx.borrow_and_update()) + " ";
  }
  log += "over";
}

// Read this one first.
// Question: the value changes three times before the task that watches it is polled. What does it see?
// Predict the log. Break in `ChangedFuture::poll`.
TEST(WatchTest, ASlowReceiver_SeesTheNewestValueAlone) {
  ManualExecutor executor;
  std::string log;
  auto [tx, rx] = watch::channel(0);
  auto watches = executor.spawn(print_changes, std::move(rx), std::ref(log));
  executor.run_until_stalled();
  EXPECT_EQ(log, "");  // the value that was there at the beginning counts as seen
  for (int i : {1, 2, 3}) EXPECT_TRUE(tx.send(i));
  EXPECT_EQ(executor.queued(), 1u);
  executor.run_until_stalled();
  EXPECT_EQ(log, "3 ");
  EXPECT_TRUE(tx.send(4));
  {
    const auto gone = std::move(tx);
  }
  executor.run_until_stalled();
  EXPECT_EQ(log, "3 4 over");  // the last change is told before the end
}

TEST(WatchTest, AChange_WakesAllWhoWait_Once) {
  auto [tx, rx] = watch::channel(0);
  auto other = rx.clone();
  HandPolled first(std::in_place, waiting(rx)), second(std::in_place, waiting(other));
  EXPECT_FALSE(first.poll() || second.poll());
  EXPECT_FALSE(first.poll());
  EXPECT_EQ(first.clones(), 1u);
  EXPECT_TRUE(tx.send(1));
  EXPECT_TRUE(tx.send(2));
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_TRUE(first.poll());
  EXPECT_FALSE(*rx.has_changed());
  EXPECT_TRUE(*other.has_changed());
}

// More than one round of wakers (detail::WakeList holds 32).
TEST(WatchTest, AChange_WakesAHundred) {
  auto [tx, rx] = watch::channel(0);
  std::deque<watch::Receiver<int>> receivers;
  std::deque<HandPolled<watch::ChangedFuture<int>>> futures;
  for (int i = 0; i < 100; ++i) {
    receivers.push_back(rx);
    futures.emplace_back(std::in_place, waiting(receivers.back()));
    EXPECT_FALSE(futures.back().poll());
  }
  EXPECT_TRUE(tx.send(1));
  for (auto& future : futures) EXPECT_EQ(future.wakes(), 1u);
}

TEST(WatchTest, Changed_DroppedAtAnyMoment_HasSeenNothing) {
  auto [tx, rx] = watch::channel(0);
  auto other = rx.clone();
  HandPolled unpolled(std::in_place, waiting(rx)), queued(std::in_place, waiting(rx)),
      woken(std::in_place, waiting(rx)), last(std::in_place, waiting(other));
  unpolled.drop();
  EXPECT_FALSE(queued.poll() || woken.poll() || last.poll());
  queued.drop();
  EXPECT_EQ(queued.kept_wakers(), 0u);
  EXPECT_TRUE(tx.send(1));
  EXPECT_EQ(queued.wakes(), 0u);
  EXPECT_EQ(woken.wakes(), 1u);
  EXPECT_EQ(last.wakes(), 1u);
  woken.drop();
  HandPolled next(std::in_place, waiting(rx));
  EXPECT_TRUE(next.poll());
}

TEST(WatchTest, Borrow_SaysWhetherItIsNew_AndUpdateMakesItSeen) {
  auto [tx, rx] = watch::channel<std::string>("a");
  EXPECT_FALSE(rx.borrow().has_changed());
  EXPECT_TRUE(tx.send("b"));
  EXPECT_TRUE(rx.borrow().has_changed());
  EXPECT_EQ(*rx.borrow(), "b");
  EXPECT_EQ(rx.borrow()->size(), 1u);
  EXPECT_TRUE(rx.borrow_and_update().has_changed());
  EXPECT_FALSE(rx.borrow_and_update().has_changed());
  EXPECT_EQ(rx.get(), "b");
  EXPECT_EQ(tx.get(), "b");
  rx.mark_changed();
  EXPECT_TRUE(*rx.has_changed());
  rx.mark_unchanged();
  EXPECT_FALSE(*rx.has_changed());
}

TEST(WatchTest, SendModify_ChangesInPlace_SendIfModifiedMayTellNobody) {
  auto [tx, rx] = watch::channel(10);
  HandPolled changed(std::in_place, waiting(rx));
  EXPECT_FALSE(changed.poll());
  EXPECT_FALSE(tx.send_if_modified([](int& value) {
    ++value;
    return false;
  }));
  EXPECT_EQ(changed.wakes(), 0u);
  EXPECT_EQ(rx.get(), 11);
  tx.send_modify([](int& value) { ++value; });
  EXPECT_EQ(changed.wakes(), 1u);
  EXPECT_EQ(tx.send_replace(20), 12);
}

TEST(WatchTest, AFunctionThatThrows_TellsNobody_AndTheLockIsFree) {
  auto [tx, rx] = watch::channel(0);
  EXPECT_THROW(tx.send_modify([](int&) { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_FALSE(*rx.has_changed());
  EXPECT_THROW((void)block_on(rx.wait_for([](const int&) -> bool { throw std::runtime_error("no"); })),
               std::runtime_error);
  EXPECT_TRUE(tx.send(1));
}

TEST(WatchTest, NoReceiver_TheValueComesBack_UntilSomebodySubscribes) {
  auto [tx, rx] = watch::channel<std::string>("a");
  HandPolled closed(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(closed.poll());
  {
    const auto gone = std::move(rx);
  }
  EXPECT_EQ(closed.wakes(), 1u);
  EXPECT_TRUE(closed.poll());
  EXPECT_TRUE(tx.is_closed());
  EXPECT_EQ(tx.send("b").error().value(), "b");
  EXPECT_EQ(tx.get(), "a");
  EXPECT_EQ(tx.send_replace("c"), "a");  // this one does not ask
  const auto again = tx.subscribe();
  EXPECT_EQ(tx.receiver_count(), 1u);
  EXPECT_FALSE(*again.has_changed());
  EXPECT_TRUE(tx.send("d"));
}

TEST(WatchTest, LastSenderGoes_WhoWaitsIsTold) {
  auto [tx, rx] = watch::channel(0);
  auto copy = std::make_unique<watch::Sender<int>>(tx);
  HandPolled changed(std::in_place, waiting(rx));
  EXPECT_FALSE(changed.poll());
  copy.reset();
  EXPECT_EQ(changed.wakes(), 0u);
  {
    const auto gone = std::move(tx);
  }
  EXPECT_EQ(changed.wakes(), 1u);
  EXPECT_TRUE(changed.poll());
  EXPECT_TRUE(changed.result->error().is_closed());
  EXPECT_TRUE(rx.has_changed().error().is_closed());
  EXPECT_EQ(rx.get(), 0);
}

// Question: the value passes the one that is waited for, and goes on, before the task is polled. Does it
//   notice?
// Predict the result. Break in `WaitForFuture::poll`.
TEST(WatchTest, WaitFor_LooksAtWhatIsThere_NotAtWhatWas) {
  auto [tx, rx] = watch::channel(0);
  HandPolled three(std::in_place, [&] { return rx.wait_for([](int value) { return value == 3; }); });
  EXPECT_FALSE(three.poll());
  EXPECT_TRUE(tx.send(3));
  EXPECT_TRUE(tx.send(4));
  EXPECT_EQ(three.wakes(), 1u);
  EXPECT_FALSE(three.poll());
  EXPECT_TRUE(tx.send(3));
  EXPECT_TRUE(three.poll());
  EXPECT_EQ(three.result->value(), 3);
  EXPECT_FALSE(*rx.has_changed());

  HandPolled dropped(std::in_place, [&] { return rx.wait_for([](int value) { return value == 9; }); });
  EXPECT_FALSE(dropped.poll());
  dropped.drop();
  EXPECT_EQ(dropped.kept_wakers(), 0u);

  HandPolled five(std::in_place, [&] { return rx.wait_for([](int value) { return value == 5; }); });
  EXPECT_FALSE(five.poll());
  EXPECT_TRUE(tx.send(5));
  {
    const auto gone = std::move(tx);
  }
  EXPECT_TRUE(five.poll());
  EXPECT_EQ(five.result->value(), 5);  // the last value does, though it is over
  HandPolled six(std::in_place, [&] { return rx.wait_for([](int value) { return value == 6; }); });
  EXPECT_TRUE(six.poll());
  EXPECT_TRUE(six.result->error().is_closed());
}

TEST(WatchTest, ValuesAreDestroyedOnce_AlsoThoseThatCanOnlyBeMoved) {
  Counts counts;
  {
    auto [tx, rx] = watch::channel(std::make_unique<Counted>(counts));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(tx.send(std::make_unique<Counted>(counts)));
    EXPECT_EQ(counts.live(), 1u);
    EXPECT_NE(*rx.borrow(), nullptr);
  }
  EXPECT_EQ(counts.live(), 0u);
}

// A value whose end looks at its own channel: it must not find it locked.
TEST(WatchTest, TheOldValueIsDestroyedWithoutTheLock) {
  struct Nosy {
    explicit Nosy(const watch::Sender<std::shared_ptr<Nosy>>* looks_at) : sender(looks_at) {}
    ~Nosy() {
      if (sender != nullptr) {
        EXPECT_NE(sender->get(), nullptr);
      }
    }
    const watch::Sender<std::shared_ptr<Nosy>>* sender;
  };
  auto [tx, rx] = watch::channel(std::make_shared<Nosy>(nullptr));
  EXPECT_TRUE(tx.send(std::make_shared<Nosy>(&tx)));
  EXPECT_TRUE(tx.send(std::make_shared<Nosy>(nullptr)));
}

TEST(WatchTest, BudgetIsSpent_AnswersPending_AndWakesItself) {
  auto [tx, rx] = watch::channel(0);
  EXPECT_TRUE(tx.send(1));
  HandPolled changed(std::in_place, waiting(rx));
  {
    const Budget::Scope nothing(0);
    EXPECT_FALSE(changed.poll());
    EXPECT_EQ(changed.wakes(), 1u);
  }
  EXPECT_TRUE(changed.poll());
}

}  // namespace
