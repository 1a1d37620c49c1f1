// s4_state_future_test.cpp -- who is polled in which state, how often, and what wakes the task.
#include "ch09_patterns/s4_state_future.hpp"

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/s4_busy_state_future.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using Ran = Runnable::Ran;

// Counts its polls. Ready at the poll after `finish`.
struct Watched {
  std::size_t polls = 0;
  bool finish = false;
  Waker waker = {};
};
class WatchedFuture {
 public:
  using Output = void;
  explicit WatchedFuture(Watched& watched) : watched_(&watched) {}

  Poll<void> poll(Context& cx) {
    ++watched_->polls;
    if (watched_->finish) return Ready();
    watched_->waker = cx.waker().clone();
    return Pending();
  }

 private:
  Watched* watched_;
};

class StateFutureTest : public ::testing::Test {
 protected:
  auto waiting_one(State initial) {
    return StateFuture(initial, std::move(channel_.receiver), WatchedFuture(on_), WatchedFuture(off_));
  }
  void send(Event event) { EXPECT_TRUE(channel_.sender.send(event)); }
  void close() { const auto last = std::move(channel_.sender); }

  Watched on_, off_;
  mpsc::UnboundedChannel<Event> channel_ = mpsc::unbounded_channel<Event>();
  ManualExecutor executor_;
};

// Read this one first.
// Question: the future of the state waits for something that does not happen. How often is each of the two
// forms polled in a thousand turns?
// Predict. Break in both `poll` functions, and look at the last lines.
TEST_F(StateFutureTest, BusyOne_IsPolledAtEachTurnAndTheOtherOnce) {
  Watched on, off;
  auto busy = executor_.spawn_task(BusyStateFuture(State::on, WatchedFuture(on), WatchedFuture(off)));
  EXPECT_EQ(executor_.run_until_stalled(1000), 1000u);
  EXPECT_EQ(on.polls, 1000u);
  EXPECT_EQ(off.polls, 0u);
  busy.cancel();
  executor_.run_until_stalled();

  auto waits = executor_.spawn_task(waiting_one(State::on));
  EXPECT_EQ(executor_.run_until_stalled(1000), 1u);
  EXPECT_EQ(on_.polls, 1u);
  EXPECT_EQ(off_.polls, 0u);
}

TEST_F(StateFutureTest, BusyOne_PollsByItsStateAndNobodyWhoIsFinished) {
  Watched on, off;
  BusyStateFuture future(State::on, WatchedFuture(on), WatchedFuture(off));
  Context cx(Waker::noop());
  EXPECT_TRUE(future.poll(cx).is_pending());
  future.state = State::off;
  EXPECT_TRUE(future.poll(cx).is_pending());
  EXPECT_EQ(on.polls, 1u);
  EXPECT_EQ(off.polls, 1u);
  off.finish = true;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(future.poll(cx).is_pending());
  EXPECT_EQ(off.polls, 2u);
}

// Question: it waits, and is switched off. Who wakes it, and which of the two is polled then?
// Predict each step. Break in `StateFuture::poll`.
TEST_F(StateFutureTest, Event_WakesItAndTheOtherFutureIsPolled) {
  auto task = executor_.spawn_task(waiting_one(State::on));
  EXPECT_EQ(executor_.step()->ran, Ran::waits);
  send(Event::switch_off);
  EXPECT_EQ(executor_.queued(), 1u);
  EXPECT_EQ(executor_.step()->ran, Ran::waits);
  EXPECT_EQ(on_.polls, 1u);
  EXPECT_EQ(off_.polls, 1u);

  off_.waker.wake_by_ref();
  EXPECT_EQ(executor_.step()->ran, Ran::waits);
  EXPECT_EQ(off_.polls, 2u) << "the future of the state wakes it as well";
  EXPECT_EQ(on_.polls, 1u);
}

TEST_F(StateFutureTest, EventThatDoesNotFit_ChangesNothing) {
  auto task = executor_.spawn_task(waiting_one(State::off));
  send(Event::switch_off);
  executor_.run_until_stalled();
  EXPECT_EQ(off_.polls, 1u);
  EXPECT_EQ(on_.polls, 0u);
}

TEST_F(StateFutureTest, SeveralEventsAtOnce_OnlyTheLastStateIsPolled) {
  auto task = executor_.spawn_task(waiting_one(State::on));
  for (const Event event : {Event::switch_off, Event::switch_on, Event::switch_off}) send(event);
  EXPECT_EQ(executor_.run_until_stalled(), 1u);
  EXPECT_EQ(on_.polls, 0u);
  EXPECT_EQ(off_.polls, 1u);
}

TEST_F(StateFutureTest, FinishedFuture_IsNotPolledAgainAndTheMachineGoesOn) {
  on_.finish = true;
  auto task = executor_.spawn_task(waiting_one(State::on));
  executor_.run_until_stalled();
  send(Event::switch_off);
  executor_.run_until_stalled();
  send(Event::switch_on);
  executor_.run_until_stalled();
  EXPECT_EQ(on_.polls, 1u);
  EXPECT_EQ(off_.polls, 1u);
  EXPECT_FALSE(task.is_finished());
}

TEST_F(StateFutureTest, LastSenderIsGone_TheLastStateIsItsOutput) {
  auto task = executor_.spawn_task(waiting_one(State::on));
  executor_.run_until_stalled();
  send(Event::switch_off);
  close();
  executor_.run_until_stalled();
  ASSERT_TRUE(task.is_finished());
  EXPECT_EQ(block_on(task), State::off);
}

TEST_F(StateFutureTest, ExceptionOfAFuture_ComesOut) {
  const auto throws = []() -> Async<> {
    throw std::runtime_error("burnt");
    co_return;
  };
  auto task = executor_.spawn_task(
      StateFuture(State::on, std::move(channel_.receiver), throws(), WatchedFuture(off_)));
  executor_.run_until_stalled();
  EXPECT_THROW(block_on(task), std::runtime_error);
}

Async<> ticks(std::size_t& count) {
  for (;;) {
    co_await sleep(1s);
    ++count;
  }
}

Async<State> two_on_three_off(std::size_t& on, std::size_t& off) {
  auto [events, receiver] = mpsc::unbounded_channel<Event>();
  auto task = spawn(StateFuture(State::on, std::move(receiver), ticks(on), ticks(off)));
  co_await sleep(2500ms);
  (void)events.send(Event::switch_off);
  co_await sleep(3500ms);
  {
    const auto last = std::move(events);
  }
  const auto state = co_await task;
  co_return state.value();
}

// On the runtime: on a paused clock the busy form would never let the time move.
TEST(StateFutureOnTheRuntimeTest, TimePasses_InEitherState) {
  const Deadline deadline("the machine never ended");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const PausedClock clock;
    std::size_t on = 0, off = 0;
    EXPECT_EQ(run_async_main([&] { return two_on_three_off(on, off); }, flavor), State::off);
    EXPECT_EQ(on, 2u);
    EXPECT_EQ(off, 3u);
    EXPECT_EQ(now(), Instant(6s));
  }
}

}  // namespace
}  // namespace ch09
