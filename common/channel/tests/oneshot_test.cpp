// oneshot_test.cpp -- lessons: one value, who wakes whom, and every way in which an end goes first.
#include "common/channel/oneshot.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/thread.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/select.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

class OneshotTest : public testing::Test {
 protected:
  ~OneshotTest() override { EXPECT_EQ(counts_.live(), 0u); }

  Counted value() { return Counted(counts_); }

  Counts counts_;
};

template <class T>
auto awaiting(oneshot::Receiver<T>& rx) {
  return [&rx] { return by_ref(rx); };
}

Async<> answer(oneshot::Sender<std::string> tx) {
  std::string text = "yes";
  EXPECT_TRUE(std::move(tx).send(std::move(text)));
  co_return;
}
Async<std::string> ask(oneshot::Receiver<std::string> rx) {
  auto text = co_await std::move(rx);
  co_return text ? *std::move(text) : "nobody answers";
}

// Read this one first.
// Question: one task waits for the answer of another. Who wakes it, and inside which call?
// Predict `queued` after each step. Break in `OneshotCell::wait` and `OneshotCell::finish`.
TEST_F(OneshotTest, TheSendWakesTheReceiver_InsideItsCall) {
  ManualExecutor executor;
  auto [tx, rx] = oneshot::channel<std::string>();
  auto asks = executor.spawn(ask, std::move(rx));
  EXPECT_EQ(executor.step()->ran, Runnable::Ran::waits);
  EXPECT_EQ(executor.queued(), 0u);
  auto answers = executor.spawn(answer, std::move(tx));
  EXPECT_EQ(executor.step()->task, answers.id());
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.step()->ran, Runnable::Ran::finished);
  EXPECT_EQ(block_on(asks).value(), "yes");
}

TEST_F(OneshotTest, SentBeforeItIsAwaited_IsReadyAtOnce) {
  auto [tx, rx] = oneshot::channel<std::unique_ptr<int>>();
  EXPECT_TRUE(rx.try_recv().error().is_empty());
  EXPECT_TRUE(std::move(tx).send(std::make_unique<int>(7)));
  auto got = block_on(std::move(rx));
  ASSERT_TRUE(got);
  EXPECT_EQ(**got, 7);
}

TEST_F(OneshotTest, TryRecv_TakesTheValueOnce) {
  auto [tx, rx] = oneshot::channel<Counted>();
  EXPECT_TRUE(std::move(tx).send(value()));
  EXPECT_TRUE(rx.try_recv());
  EXPECT_TRUE(rx.try_recv().error().is_closed());
}

// The sender goes first.

TEST_F(OneshotTest, SenderGoesUnsent_TheReceiverIsWoken_AndTold) {
  auto [tx, rx] = oneshot::channel<Counted>();
  HandPolled receive(std::in_place, awaiting(rx));
  EXPECT_FALSE(receive.poll());
  {
    const auto gone = std::move(tx);
  }
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(receive.poll());
  EXPECT_TRUE(receive.result->error().is_closed());
}

TEST_F(OneshotTest, SentAndNeverReceived_TheValueGoesWithTheReceiver) {
  auto [tx, rx] = oneshot::channel<Counted>();
  EXPECT_TRUE(std::move(tx).send(value()));
  EXPECT_EQ(counts_.live(), 1u);
  {
    const auto gone = std::move(rx);
  }
  EXPECT_EQ(counts_.live(), 0u);
}

// The receiver goes first.

// Question: nobody waits for the value any more. What becomes of it?
// Predict who owns it afterwards. Break in `OneshotState::finish`.
TEST_F(OneshotTest, ReceiverGoes_TheValueComesBack) {
  auto [tx, rx] = oneshot::channel<Counted>();
  EXPECT_FALSE(tx.is_closed());
  {
    const auto gone = std::move(rx);
  }
  EXPECT_TRUE(tx.is_closed());
  auto sent = std::move(tx).send(value());
  ASSERT_FALSE(sent);
  const Counted back = std::move(sent).error();
  EXPECT_EQ(counts_.live(), 1u);
}

TEST_F(OneshotTest, ReceiverCloses_TheValueComesBack_ButOneThatWasSentStays) {
  auto [tx, rx] = oneshot::channel<std::string>();
  rx.close();
  EXPECT_EQ(std::move(tx).send("back").error(), "back");
  EXPECT_TRUE(block_on(std::move(rx)).error().is_closed());

  auto [tx2, rx2] = oneshot::channel<std::string>();
  EXPECT_TRUE(std::move(tx2).send("here"));
  rx2.close();
  EXPECT_EQ(rx2.try_recv(), "here");
}

TEST_F(OneshotTest, ReceiverClosesWhileItWaits_TheNextPollSaysSo) {
  auto [tx, rx] = oneshot::channel<Counted>();
  HandPolled receive(std::in_place, awaiting(rx));
  EXPECT_FALSE(receive.poll());
  rx.close();
  EXPECT_EQ(receive.kept_wakers(), 0u);
  EXPECT_TRUE(receive.poll());
  EXPECT_TRUE(receive.result->error().is_closed());
}

TEST_F(OneshotTest, Closed_IsWokenByTheReceiversEnd) {
  auto [tx, rx] = oneshot::channel<Counted>();
  HandPolled closed(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(closed.poll());
  EXPECT_FALSE(closed.poll());
  EXPECT_EQ(closed.clones(), 1u);
  {
    const auto gone = std::move(rx);
  }
  EXPECT_EQ(closed.wakes(), 1u);
  EXPECT_TRUE(closed.poll());
  HandPolled again(std::in_place, [&] { return tx.closed(); });
  EXPECT_TRUE(again.poll());
}

// What a worker does whose client may hang up.
TEST_F(OneshotTest, SelectOnClosed_GivesUpWork_ThatNobodyWaitsFor) {
  auto [tx, rx] = oneshot::channel<int>();
  auto [never, work] = oneshot::channel<int>();
  const auto worker = [](oneshot::Sender<int> reply, oneshot::Receiver<int> input) -> Async<bool> {
    auto first = co_await select([&] { return reply.closed(); }, std::move(input));
    co_return first.index() == 0;
  };
  ManualExecutor executor;
  auto gave_up = executor.spawn(worker, std::move(tx), std::move(work));
  executor.run_until_stalled();
  {
    const auto hang_up = std::move(rx);
  }
  executor.run_until_stalled();
  EXPECT_TRUE(block_on(gave_up).value());
}

// Futures that are dropped.

TEST_F(OneshotTest, AwaitByReference_DroppedAtAnyMoment_LosesNothing) {
  auto [tx, rx] = oneshot::channel<Counted>();
  HandPolled unpolled(std::in_place, awaiting(rx)), first(std::in_place, awaiting(rx));
  unpolled.drop();
  EXPECT_FALSE(first.poll());
  first.drop();  // its waker stays until the next poll: the receiver itself is still there
  HandPolled second(std::in_place, awaiting(rx));
  EXPECT_FALSE(second.poll());
  EXPECT_EQ(first.kept_wakers(), 0u);
  EXPECT_TRUE(std::move(tx).send(value()));
  EXPECT_EQ(second.wakes(), 1u);
  second.drop();  // woken, and not polled
  EXPECT_TRUE(rx.try_recv());
}

TEST_F(OneshotTest, ReceiverDroppedWhileItWaits_KeepsNoWaker) {
  auto [tx, rx] = oneshot::channel<Counted>();
  CountingTask task;
  EXPECT_TRUE(task.poll(rx).is_pending());
  EXPECT_EQ(task.kept_wakers(), 1u);
  {
    const auto moved_while_it_waits = std::move(rx);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_FALSE(std::move(tx).send(value()));
}

TEST_F(OneshotTest, ClosedDroppedWhileItWaits_KeepsNoWaker_AndTheSenderStillSends) {
  auto [tx, rx] = oneshot::channel<Counted>();
  HandPolled closed(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(closed.poll());
  closed.drop();
  EXPECT_EQ(closed.kept_wakers(), 0u);
  HandPolled woken(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(woken.poll());
  rx.close();
  EXPECT_EQ(woken.wakes(), 1u);
  woken.drop();  // woken, and not polled
  EXPECT_FALSE(std::move(tx).send(value()));
}

TEST_F(OneshotTest, BudgetIsSpent_AnswersPending_AndWakesItself) {
  auto [tx, rx] = oneshot::channel<int>();
  EXPECT_TRUE(std::move(tx).send(1));
  CountingTask task;
  {
    const Budget::Scope nothing(0);
    EXPECT_TRUE(task.poll(rx).is_pending());
  }
  EXPECT_EQ(task.take_wakes(), 1u);
  const Budget::Scope one(1);
  EXPECT_TRUE(task.poll(rx).is_ready());
  EXPECT_FALSE(Budget::has_any_left());
}

TEST_F(OneshotTest, Assigned_TheOldEndGoes) {
  auto [tx, rx] = oneshot::channel<Counted>();
  auto [tx2, rx2] = oneshot::channel<Counted>();
  tx = std::move(tx2);
  EXPECT_TRUE(rx.try_recv().error().is_closed());
  EXPECT_TRUE(std::move(tx).send(value()));
  rx = std::move(rx2);
  EXPECT_TRUE(rx.try_recv());
}

// A step that another thread could make in between, made by what is called there: the clone of a waker, a
//   value's move.
struct Between {
  std::function<void()> step;

  void happen() {
    if (auto now = std::exchange(step, nullptr)) now();
  }
};

// Question: the value comes when the receiver has looked, and before it waits. Who notices?
// Predict what poll answers. Break in `OneshotCell::wait`.
TEST_F(OneshotTest, SentBetweenTheLookAndTheWait_IsNotMissed) {
  static constexpr RawWakerVTable table{[](const void* data) noexcept {
                                          const_cast<Between*>(static_cast<const Between*>(data))->happen();
                                          return RawWaker{data, &table};
                                        },
                                        [](const void*) noexcept {}, [](const void*) noexcept {},
                                        [](const void*) noexcept {}};
  auto [tx, rx] = oneshot::channel<int>();
  Between between;
  between.step = [&] { EXPECT_TRUE(std::move(tx).send(7)); };
  const Waker waker(RawWaker{&between, &table});
  Context cx(waker);
  auto answer = rx.poll(cx);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(answer.value(), 7);

  auto [tx2, rx2] = oneshot::channel<int>();
  between.step = [&] { rx2.close(); };
  auto closed = tx2.closed();
  EXPECT_TRUE(closed.poll(cx).is_ready());
}

// A value whose move lets something happen: it runs when the sender has looked, and before the value is
//   there.
class Slow {
 public:
  Slow(Counts& counts, Between& between) : life_(counts), between_(&between) {}
  Slow(Slow&& other) noexcept : life_(std::move(other.life_)), between_(other.between_) {
    between_->happen();
  }

 private:
  Counted life_;
  Between* between_;
};

TEST_F(OneshotTest, ReceiverGoesWhileTheValueIsMovedIn_ItComesBack) {
  for (const bool closes : {false, true}) {
    Between between;
    auto [tx, rx] = oneshot::channel<Slow>();
    std::optional receiver(std::move(rx));
    Slow value(counts_, between);
    between.step = [&] {
      between.step = [&] {  // the first move is that of the argument
        if (closes) {
          receiver->close();
        } else {
          receiver.reset();
        }
      };
    };
    const auto sent = std::move(tx).send(std::move(value));
    EXPECT_FALSE(sent);
    EXPECT_EQ(counts_.live(), 1u);
    if (closes) {
      EXPECT_FALSE(receiver->try_recv());
    }
  }
}

TEST_F(OneshotTest, BlockingRecv_WaitsForAnotherThread) {
  const Deadline deadline("a blocking receive was not woken");
  auto [tx, rx] = oneshot::channel<std::string>();
  const base::Thread sender([own = std::move(tx)]() mutable { EXPECT_TRUE(std::move(own).send("hello")); });
  EXPECT_EQ(std::move(rx).blocking_recv(), "hello");
}

}  // namespace
