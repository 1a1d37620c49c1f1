// s11_ordered_log_test.cpp -- one queue, one writer: the order of the calls; and a writer that cannot write.
#include "ch02_futures/s11_ordered_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch02_futures/executor.hpp"
#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02::ordered {
namespace {

using async::demo::TemporaryFolder;
using async::demo::text_of;

using ::testing::HasSubstr;
using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

class OrderedLogTest : public ::testing::Test {
 protected:
  // What the writer has to say at its end.
  auto end_of(auto& writer) {
    Context cx(Waker::noop());
    return writer.poll(cx).value().value();
  }

  FreshLines printed;
  TemporaryFolder folder;
  const std::string path = folder.path_of("login.txt");
};

// Question: two callers, one writer. What decides in which order the entries are in the file?
// Predict the file after each step. Break in `write_log`, then in `write_entries`.
TEST_F(OrderedLogTest, Calls_DecideTheOrder) {
  auto [web, entries] = unbounded<std::string>();
  auto app = web.clone();
  ManualExecutor executor;
  auto writer = executor.spawn(write_entries(std::move(entries), LogFile::open(path).value()));
  EXPECT_EQ(executor.step()->ran, Ran::waits);

  EXPECT_TRUE(write_log(app, "one"));
  EXPECT_TRUE(write_log(web, "two"));
  EXPECT_TRUE(write_log(app, "three"));
  EXPECT_EQ(text_of(path), "") << "the calls put them in the queue, and wait for nothing";
  EXPECT_EQ(executor.queued(), 1u) << "one wake for the three of them";
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(text_of(path), "one\ntwo\nthree\n");

  EXPECT_TRUE(write_log(web, "four"));
  web.close();
  executor.run_until_stalled();
  EXPECT_EQ(end_of(writer), 4u);
  EXPECT_EQ(text_of(path), "one\ntwo\nthree\nfour\n");
}

TEST_F(OrderedLogTest, LastSenderGone_WritesTheRestAndEnds) {
  ManualExecutor executor;
  auto channel = unbounded<std::string>();
  auto writer = executor.spawn(write_entries(std::move(channel.receiver), LogFile::open(path).value()));
  {
    const auto log = std::move(channel.sender);
    EXPECT_TRUE(write_log(log, "one"));
    const auto another = log.clone();
    EXPECT_TRUE(write_log(another, "two"));
  }
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(end_of(writer), 2u);
  EXPECT_EQ(text_of(path), "one\ntwo\n");
}

// Threads call in turn: each hands over to the next by unparking it. So there is an order of calls.
TEST_F(OrderedLogTest, ThreadsThatCallInTurn_AreWrittenInTurn) {
  const Deadline deadline("two threads call in turn");
  constexpr int kCalls = 100;
  auto [log, entries] = unbounded<std::string>();
  base::Parker turns[2];
  std::string calls;  // whose turn it is
  const auto call = [&](int me) {
    const auto mine = log.clone();
    for (int i = 0; i < kCalls; ++i) {
      turns[me].park();
      const std::string entry = std::to_string(me) + " " + std::to_string(i);
      EXPECT_TRUE(write_log(mine, entry));
      calls += entry + "\n";
      turns[1 - me].unpark();
    }
  };
  Executor executor;
  auto writer = executor.spawn(write_entries(std::move(entries), LogFile::open(path).value()));
  {
    const base::Thread one(call, 0), two(call, 1);
    turns[0].unpark();
    executor.block_on(ready());  // the writer begins while they call
  }
  log.close();
  EXPECT_EQ(executor.block_on(std::move(writer)).value().value(), 2u * kCalls);
  EXPECT_EQ(text_of(path), calls);
}

TEST_F(OrderedLogTest, FileIsFull_SaysWhyAndHowManyAreLost) {
  auto [log, entries] = unbounded<std::string>();
  ManualExecutor executor;
  auto writer = executor.spawn(write_entries(std::move(entries), LogFile::open("/dev/full").value()));
  for (const char* entry : {"one", "two", "three"}) EXPECT_TRUE(write_log(log, entry));
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(end_of(writer).error(),
            "cannot write to /dev/full: No space left on device; make room there; entries lost: 3");
  EXPECT_EQ(printed.take(), Lines{});

  const auto late = write_log(log, "four");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), "not written, the log's writer has ended: four");
}

// A thread goes on calling while the writer ends: each entry that was taken is among the lost ones.
TEST_F(OrderedLogTest, FileIsFullWhileOthersCall_NoEntryIsForgotten) {
  const Deadline deadline("the calls are never refused");
  constexpr std::size_t kEnough = 1'000'000;  // if the writer has no turn for long, not all of the memory
  for (int round = 0; round < 200; ++round) {
    auto [log, entries] = unbounded<std::string>();
    Executor executor;
    auto writer = executor.spawn(write_entries(std::move(entries), LogFile::open("/dev/full").value()));
    std::size_t taken = 0;
    std::string told;
    {
      const base::Thread calls([&taken, mine = std::move(log)] {
        while (taken < kEnough && write_log(mine, "entry")) ++taken;
      });
      told = executor.block_on(std::move(writer)).value().error();
    }
    EXPECT_THAT(told, ::testing::EndsWith("entries lost: " + std::to_string(taken)));
  }
}

TEST_F(OrderedLogTest, WriterAborted_LaterCallsAreTold) {
  auto [log, entries] = unbounded<std::string>();
  ManualExecutor executor;
  auto writer = executor.spawn(write_entries(std::move(entries), LogFile::open(path).value()));
  executor.step();
  EXPECT_TRUE(write_log(log, "one"));
  writer.abort();
  executor.run_until_stalled();
  EXPECT_FALSE(write_log(log, "two"));
  EXPECT_EQ(text_of(path), "") << "not even the first: abort comes before the next poll";
}

// The call is told at once; the writer, and the entries of others, never see it.
TEST_F(OrderedLogTest, EntryOfTwoLines_IsRefusedAtTheCall) {
  auto [log, entries] = unbounded<std::string>();
  EXPECT_THAT(write_log(log, "one\nforged: two").error(), HasSubstr("an entry is one line"));
  EXPECT_TRUE(entries.is_empty());
}

}  // namespace
}  // namespace ch02::ordered
