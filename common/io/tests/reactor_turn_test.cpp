// reactor_turn_test.cpp -- what ends a turn, whose reactor it is, and how a reactor ends.
#include <array>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/reactor.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/unix_ends.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Buffer = std::array<std::byte, 64>;

TEST(ReactorTest, AWakeUp_EndsTheNextTurn_AndSeveralAreOne) {
  Reactor reactor;
  for (int round = 0; round < 3; ++round) {
    reactor.wake_up();
    reactor.wake_up();
    EXPECT_EQ(reactor.turn(std::nullopt), 0u) << "or it would wait for ever";
  }
  EXPECT_EQ(reactor.turn(1ms), 0u) << "the second wake_up() was the same as the first";
}

TEST(ReactorTest, AWakeUpFromAnotherThread_EndsTheTurnThatIsUnderWay) {
  const Deadline deadline("the turn never ended");
  Reactor reactor;
  for (int round = 0; round < 200; ++round) {
    bool was_set = false;  // no atomic: wake_up() publishes it to the turn that it ends
    base::Thread thread([&] {
      was_set = true;
      reactor.wake_up();
    });
    reactor.turn(std::nullopt);
    EXPECT_TRUE(was_set);
  }
}

TEST(ReactorTest, ATurnWithATimeout_ReturnsWithoutAnEvent) {
  Reactor reactor;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(reactor.turn(3ms), 0u);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 3ms);
  EXPECT_EQ(reactor.turn(-5s), 0u) << "a time that is over is none";
}

TEST(ReactorTest, ShutDown_WakesAll_AndEveryOperationSaysCanceled) {
  HandTurned hand;
  Ends ends(hand);
  Buffer buffer;
  CountingTask task;
  auto read = ends.near.read(buffer);
  EXPECT_TRUE(task.poll(read).is_pending());
  hand.reactor->shut_down();
  EXPECT_EQ(task.take_wakes(), 1u);
  auto answer = task.poll(read);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value().error().is(std::errc::operation_canceled));
  EXPECT_EQ(block_on(ends.far.write_all("x")).error().message(),
            "the runtime's I/O was shut down: Operation canceled");
  EXPECT_TRUE(UnixStream::pair().error().is(std::errc::operation_canceled));
}

TEST(ReactorTest, Sources_AreCounted_AndTheirMemoryGoesWithALaterTurn) {
  HandTurned hand;
  EXPECT_EQ(hand.reactor->sources(), 0u);
  {
    auto ends = std::make_unique<Ends>(hand);
    EXPECT_EQ(hand.reactor->sources(), 2u);
    UnixStream moved = std::move(ends->near);
    EXPECT_EQ(hand.reactor->sources(), 2u);
    ends.reset();
    EXPECT_EQ(hand.reactor->sources(), 1u);
    auto& same = moved;
    moved = std::move(same);
    EXPECT_EQ(hand.reactor->sources(), 1u);
  }
  EXPECT_EQ(hand.reactor->sources(), 0u);
  EXPECT_EQ(hand.look(), 0u) << "who is gone has no events";
}

TEST(ReactorTest, ASourceKeepsItsReactorAlive) {
  std::optional<UnixStream> stream;
  std::weak_ptr<Reactor> reactor;
  {
    HandTurned hand;
    reactor = hand.reactor;
    stream.emplace(std::move(UnixStream::pair().value().first));
  }
  EXPECT_FALSE(reactor.expired());
  stream.reset();
  EXPECT_TRUE(reactor.expired());
}

TEST(ReactorTest, TheCurrentOne_IsTheThreads_OrTheProgramsOrNoneOnPurpose) {
  const auto program = Reactor::current();
  EXPECT_EQ(program, Reactor::of_the_program());
  const auto mine = std::make_shared<Reactor>();
  {
    CurrentReactor outer(mine);
    EXPECT_EQ(Reactor::current(), mine);
    {
      CurrentReactor none(nullptr);
      try {
        (void)Reactor::current();
        ADD_FAILURE() << "there is none";
      } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "this runtime has no I/O: build it with enable_io()");
      }
    }
    EXPECT_EQ(Reactor::current(), mine);
    base::Thread([&] { EXPECT_EQ(Reactor::current(), program) << "another thread has its own"; }).join();
  }
  EXPECT_EQ(Reactor::current(), program);
}

TEST(ReactorDeathTest, MisuseStopsTheProgramWithAMessage) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  HandTurned hand;
  EXPECT_DEATH(
      {
        Ends ends(hand);
        Buffer buffer;
        CountingTask task;
        auto read = ends.near.read(buffer);
        (void)task.poll(read);
        UnixStream closed = std::move(ends.near);
        UnixStream(std::move(closed));
      },
      "a descriptor was closed while somebody waits for it");
  EXPECT_DEATH(
      {
        Ends ends(hand);
        UnixStream moved = std::move(ends.near);
        (void)ends.near.fd();
      },
      "used after it was moved away");
}

TEST(ReactorTest, TheProgramsReactor_WakesAThreadThatBlocks) {
  const Deadline deadline("the program's reactor told nobody");
  auto [near, far] = UnixStream::pair().value();
  base::Thread thread([&, &writer = far] {
    for (const auto* word : {"one", "two", "six"}) {
      EXPECT_TRUE(block_on(writer.write_all(word)));
      Buffer echo;
      EXPECT_EQ(block_on(writer.read(echo)).value(), 3u);
    }
  });
  for (int i = 0; i < 3; ++i) {
    Buffer word;
    ASSERT_EQ(block_on(near.read(word)).value(), 3u);
    EXPECT_TRUE(block_on(near.write_all(std::span(word).first(3))));
  }
}

}  // namespace
