// reactor_test.cpp -- who waits for a descriptor, turned by hand: who is woken by which event, and who is not.
#include "common/io/reactor.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/unix_ends.hpp"
#include "common/io/udp_socket.hpp"

namespace {

using namespace async;
using Buffer = std::array<std::byte, 64>;
using Read = decltype(std::declval<UnixStream&>().read(std::declval<Buffer&>()));

static_assert(Future<Read> && std::is_same_v<OutputOf<Read>, IoResult<std::size_t>>);
static_assert(!std::is_move_constructible_v<Read>, "it is an element of the source's list");
static_assert(std::is_nothrow_move_constructible_v<IoSource> && !std::is_copy_constructible_v<IoSource>);

// Read this one first.
// Question: a task reads, nothing is there; then two bytes come. How many system calls, events, wakes and
// polls? Predict them. Break in `IoOperation::poll` and `Registration::add_event`, and look at `seen` and
// `event`.
TEST(ReactorTest, AReadThatFindsNothing_IsWokenByTheTurnAfterTheBytesCame) {
  HandTurned hand;
  Ends ends(hand);
  Buffer buffer;
  CountingTask task;
  {
    auto read = ends.near.read(buffer);
    EXPECT_TRUE(task.poll(read).is_pending());  // one recv: nothing there
    EXPECT_EQ(task.kept_wakers(), 1u);
    EXPECT_TRUE(task.poll(read).is_pending()) << "no recv: no event came since";
    EXPECT_EQ(task.clones(), 1u) << "the same waker is not cloned again";
    EXPECT_EQ(hand.look(), 0u);
    EXPECT_EQ(task.take_wakes(), 0u);

    put(ends.far, "hi");
    EXPECT_EQ(task.take_wakes(), 0u) << "nobody is told before a turn";
    EXPECT_EQ(hand.look(), 1u);
    EXPECT_EQ(task.take_wakes(), 1u);
    EXPECT_EQ(task.kept_wakers(), 0u);

    auto answer = task.poll(read);
    ASSERT_TRUE(answer.is_ready());
    EXPECT_EQ(answer.value().value(), 2u);
  }
}

TEST(ReactorTest, ADroppedRead_LeavesNoWaker_AndTheNextOneGetsItsByte) {
  HandTurned hand;
  Ends ends(hand);
  Buffer buffer;
  CountingTask task;
  const auto waiting = [&] { return ends.near.read(buffer); };
  {
    auto unpolled = waiting();
    (void)unpolled;
  }
  {
    auto queued = waiting();
    EXPECT_TRUE(task.poll(queued).is_pending());
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  {
    auto woken = waiting();
    EXPECT_TRUE(task.poll(woken).is_pending());
    put(ends.far, "x");
    hand.look();
    EXPECT_EQ(task.take_wakes(), 1u);
  }
  auto next = waiting();
  auto answer = task.poll(next);
  ASSERT_TRUE(answer.is_ready()) << "the wake of the dropped one is not lost: the source is still ready";
  EXPECT_EQ(answer.value().value(), 1u);
}

TEST(ReactorTest, PolledByAnotherTask_WakesTheNewest) {
  HandTurned hand;
  Ends ends(hand);
  Buffer buffer;
  CountingTask first;
  CountingTask second;
  auto read = ends.near.read(buffer);
  EXPECT_TRUE(first.poll(read).is_pending());
  EXPECT_TRUE(second.poll(read).is_pending());
  EXPECT_EQ(first.kept_wakers(), 0u);
  put(ends.far, "x");
  hand.look();
  EXPECT_EQ(first.take_wakes(), 0u);
  EXPECT_EQ(second.take_wakes(), 1u);
}

TEST(ReactorTest, AllWhoWaitForOneDirection_AreWoken_AndNobodyElse) {
  HandTurned hand;
  auto socket = UdpSocket::bind("127.0.0.1:0").value();
  const auto self = socket.local_address().value();
  hand.look();
  Buffer one;
  Buffer two;
  CountingTask first;
  CountingTask second;
  auto read_one = socket.recv_from(one);
  auto read_two = socket.recv_from(two);
  EXPECT_TRUE(first.poll(read_one).is_pending());
  EXPECT_TRUE(second.poll(read_two).is_pending());
  ASSERT_EQ(block_on(socket.send_to("a", self)).value(), 1u);
  EXPECT_EQ(hand.until_woken(first), 1u);
  EXPECT_EQ(second.take_wakes(), 1u);
  EXPECT_TRUE(second.poll(read_two).is_ready()) << "whoever comes first gets the message";
  EXPECT_TRUE(first.poll(read_one).is_pending()) << "and the other waits on";
  ASSERT_EQ(block_on(socket.send_to("b", self)).value(), 1u);
  EXPECT_EQ(hand.until_woken(first), 1u);
  EXPECT_TRUE(first.poll(read_one).is_ready());
}

// A waker that does something in the thread that wakes.
class ActingWaker {
 public:
  explicit ActingWaker(std::function<void()> act) : act_(std::move(act)) {}
  Waker waker() { return Waker(RawWaker{this, &kTable}); }

 private:
  static void act(const void* data) noexcept {
    const auto once =
        std::exchange(const_cast<ActingWaker*>(static_cast<const ActingWaker*>(data))->act_, nullptr);
    if (once) once();
  }
  static RawWaker clone(const void* data) noexcept { return {data, &kTable}; }
  static void drop(const void*) noexcept {}
  static constexpr RawWakerVTable kTable{&clone, &act, &act, &drop};

  std::function<void()> act_;
};

// Question: one turn gives two events, for a and for b. Whoever is woken by the first closes b and opens
// another socket, which gets b's number. Whom does the second event wake?
TEST(ReactorTest, ANumberThatIsReusedInsideOneTurn_IsNotWokenByTheOldEvent) {
  HandTurned hand;
  Ends a(hand);
  auto b = std::make_unique<Ends>(hand);
  const int number = b->near.fd();
  Buffer buffer;
  std::optional<Ends> c;
  CountingTask newcomer;
  std::unique_ptr<Read> read_c;

  ActingWaker acting([&] {
    b.reset();
    c.emplace(UnixStream::pair().value());
    read_c = std::unique_ptr<Read>(new Read(c->near.read(buffer)));
    EXPECT_TRUE(newcomer.poll(*read_c).is_pending());
  });
  auto read_a = a.near.read(buffer);
  const Waker waker = acting.waker();
  Context cx(waker);
  EXPECT_TRUE(read_a.poll(cx).is_pending());
  put(a.far, "x");
  put(b->far, "y");
  EXPECT_GE(hand.look(), 2u) << "both events were in this turn";
  ASSERT_TRUE(c);
  EXPECT_EQ(c->near.fd(), number)
      << "the lesson needs the same number; the system gives the lowest that is free";
  EXPECT_EQ(newcomer.take_wakes(), 0u);

  hand.look();  // its own events: it may be written to, nothing to read
  EXPECT_EQ(newcomer.take_wakes(), 0u);
  put(c->far, "z");
  hand.look();
  EXPECT_EQ(newcomer.take_wakes(), 1u);
  EXPECT_TRUE(newcomer.poll(*read_c).is_ready());
}

}  // namespace
