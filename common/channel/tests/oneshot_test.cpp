// oneshot_test.cpp -- lessons: one value, who wakes whom, and every way in which an end goes first.
#include "common/channel/oneshot.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "common/base/thread.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/channel/tests/oneshot_fixture.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/select.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

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

TEST_F(OneshotTest, BlockingRecv_WaitsForAnotherThread) {
  const Deadline deadline("a blocking receive was not woken");
  auto [tx, rx] = oneshot::channel<std::string>();
  const base::Thread sender([own = std::move(tx)]() mutable { EXPECT_TRUE(std::move(own).send("hello")); });
  EXPECT_EQ(std::move(rx).blocking_recv(), "hello");
}

}  // namespace
