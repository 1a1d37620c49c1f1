// s5_parking_test.cpp -- a token for each Runnable: whoever has one finds one, if need be with a second look.
#include "ch03_queues/s5_parking.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch03_queues/s8_runtime.hpp"

namespace ch03 {
namespace {

// Read this one first.
// Question: two workers, two queues, and each of them looks into its own first. A has a token. Can it find
// both queues empty?
// Predict what A's three looks find. The test plays both workers, in one thread.
TEST(TokensTest, WhoeverHasAToken_FindsARunnableButPerhapsNotAtTheFirstLook) {
  const auto [high, high_receiver] = unbounded<int>();  // a number stands for a Runnable
  const auto [low, low_receiver] = unbounded<int>();
  const auto [tokens, tokens_receiver] = unbounded<int>();

  (void)low.send(1);  // first the Runnable, then its token
  (void)tokens.send(0);
  EXPECT_TRUE(tokens_receiver.try_recv());  // A, a high worker, has it
  EXPECT_FALSE(high_receiver.try_recv());   // A's first look: its own queue is empty

  (void)high.send(2);  // behind its back another task comes
  (void)tokens.send(0);
  EXPECT_TRUE(tokens_receiver.try_recv());        // B, a low worker, gets this token ...
  EXPECT_EQ(low_receiver.try_recv().value(), 1);  // ... and takes from its own queue

  EXPECT_FALSE(low_receiver.try_recv());                    // A's second look: there is nothing to steal
  EXPECT_EQ(high_receiver.len() + low_receiver.len(), 1u);  // and yet one is there, for A's token
  EXPECT_EQ(high_receiver.try_recv().value(), 2);           // A looks again
}

// If a token is used up without a Runnable, the last task lies there for ever. Many threads make it likely.
TEST(TokensTest, NoTaskIsLeftBehind) {
  const Deadline deadline("a Runnable lay in a queue, and nobody had a token for it");
  Executor executor = Runtime().with_high_num(4).with_low_num(4).run();
  const auto work = []() -> Async<> {
    for (int i = 0; i < 3; ++i) co_await yield_now();
  };
  const auto spawn_and_wait = [&] {
    for (int round = 0; round < 500; ++round) {
      auto one = executor.spawn_task(work(), Priority::high);
      auto two = executor.spawn_task(work(), Priority::low);
      auto three = executor.spawn_task(work(), Priority::high);
      auto four = executor.spawn_task(work(), Priority::low);
      block_on(one);
      block_on(two);
      block_on(three);
      block_on(four);
    }
  };
  const base::Thread other(spawn_and_wait);
  spawn_and_wait();
}

}  // namespace
}  // namespace ch03
