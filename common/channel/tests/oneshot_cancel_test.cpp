// oneshot_cancel_test.cpp -- futures of a oneshot that are dropped at any moment, and ends that go in the middle of a call.
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/channel/oneshot.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/channel/tests/oneshot_fixture.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

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

}  // namespace
