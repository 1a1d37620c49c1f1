// s9_closing_test.cpp -- nothing that was sent is lost at the end, and nothing that was not is silently gone.
#include "ch07_runtime_tuning/s9_closing.hpp"

#include <gtest/gtest.h>

#include "common/channel/mpsc.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(ClosingTest, EachEnd_IsSeenByTheOther) {
  const Deadline deadline("one end never heard that the other had gone");
  const auto lines = run_async_main(ends_of_channels());
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0], "all senders gone: received 1, then nothing");
  EXPECT_EQ(lines[3], "closed: 5 is refused; received 3, 4, then nothing");
}

Async<> send(mpsc::Sender<Counted> to, Counts& counts, int& refused) {
  const auto sent = co_await to.send(Counted(counts));
  if (!sent) ++refused;
}

// Question: two values are in a full channel, two senders wait with one each, and the receiver
// goes. Who destroys what?
// Predict: how many of the four are alive after that? Break in `BasicReceiver::~BasicReceiver`.
TEST(ClosingTest, ReceiverGoes_ValuesInsideEnd_AndWaitingSendersGetTheirsBack) {
  Counts counts;
  int refused = 0;
  ManualExecutor executor;
  auto channel = mpsc::channel<Counted>(2);
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(executor.spawn(send(channel.sender, counts, refused)));
  while (executor.step()) {
  }
  EXPECT_EQ(counts.live(), 4u);
  {
    const auto gone = std::move(channel.receiver);
  }
  EXPECT_EQ(counts.live(), 2u) << "what was inside is destroyed with the receiver, in its thread";
  EXPECT_EQ(executor.queued(), 2u);
  while (executor.step()) {
  }
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(counts.live(), 0u);
}

}  // namespace
}  // namespace ch07
