// io_operation_test.cpp -- the future behind every operation: interruptions, the budget, a poll too many.
#include "common/io/io_operation.hpp"

#include <array>
#include <cerrno>
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/unix_stream.hpp"

namespace {

using namespace async;
using detail::Direction;
using detail::IoOperation;
using detail::IoTrial;

// What a system call would say, said by the test: one answer after the other, a negative one is an error.
class Scripted {
 public:
  using Output = IoResult<int>;
  static constexpr auto kDirection = Direction::read;

  Scripted(const int* answers, int& calls) : next_(answers), calls_(calls) {}

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int) -> ssize_t {
      ++calls_;
      const int answer = *next_++;
      errno = answer < 0 ? -answer : 0;
      return answer < 0 ? -1 : answer;
    });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return detail::io_failure(tried.code(), "scripted");
    return Output(static_cast<int>(tried.count()));
  }

 private:
  const int* next_;
  int& calls_;
};

TEST(IoOperationTest, AnInterruptedCall_IsMadeAgain) {
  HandTurned hand;
  auto ends = UnixStream::pair().value();
  const std::array answers{-EINTR, -EINTR, 7};
  int calls = 0;
  CountingTask task;
  IoOperation<Scripted> operation(ends.first.registration(), answers.data(), calls);
  auto answer = task.poll(operation);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(answer.value().value(), 7);
  EXPECT_EQ(calls, 3);
}

TEST(IoOperationTest, WhatWouldBlock_IsNotTriedAgainWithoutAnEvent) {
  HandTurned hand;
  auto ends = UnixStream::pair().value();
  hand.settle();
  const std::array answers{-EAGAIN, -EAGAIN, -ECONNRESET};
  int calls = 0;
  CountingTask task;
  IoOperation<Scripted> operation(ends.first.registration(), answers.data(), calls);
  EXPECT_TRUE(task.poll(operation).is_pending());
  EXPECT_TRUE(task.poll(operation).is_pending());
  EXPECT_EQ(calls, 1);
  ASSERT_TRUE(block_on(ends.second.write_all("x")));
  hand.look();
  EXPECT_TRUE(task.poll(operation).is_pending()) << "woken in vain: it waits again";
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(task.kept_wakers(), 1u);
  ASSERT_TRUE(block_on(ends.second.write_all("x")));
  hand.look();
  auto answer = task.poll(operation);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value().error().is(std::errc::connection_reset));
  EXPECT_EQ(task.kept_wakers(), 0u);
}

// Question: a stream has bytes without end. When has another task its turn?
TEST(IoOperationTest, ASpentBudget_IsPendingAndWoken_AlthoughThereAreBytes) {
  HandTurned hand;
  auto ends = UnixStream::pair().value();
  ASSERT_TRUE(block_on(ends.second.write_all("abc")));
  std::array<std::byte, 1> byte;
  CountingTask task;
  {
    const Budget::Scope two(2);
    for (int i = 0; i < 2; ++i) {
      auto reads = ends.first.read(byte);
      EXPECT_TRUE(task.poll(reads).is_ready());
    }
    auto reads = ends.first.read(byte);
    EXPECT_TRUE(task.poll(reads).is_pending());
    EXPECT_EQ(task.take_wakes(), 1u);
  }
  auto reads = ends.first.read(byte);
  EXPECT_TRUE(task.poll(reads).is_ready()) << "the third byte was not taken by the poll that gave up";
}

TEST(IoOperationTest, APollThatWaits_SpendsNothing) {
  HandTurned hand;
  auto ends = UnixStream::pair().value();
  std::array<std::byte, 1> byte;
  CountingTask task;
  const Budget::Scope one(1);
  auto reads = ends.first.read(byte);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(task.poll(reads).is_pending());
  EXPECT_TRUE(Budget::has_any_left());
}

TEST(IoOperationDeathTest, PolledAfterItFinished_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  HandTurned hand;
  auto ends = UnixStream::pair().value();
  EXPECT_DEATH(
      {
        CountingTask task;
        auto writes = ends.first.write("x");
        (void)task.poll(writes);
        (void)task.poll(writes);
      },
      "polled after it finished");
}

}  // namespace
