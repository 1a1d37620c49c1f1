// s4_server_future_test.cpp -- ServerFuture: a message in parts, one after nothing, one too long, and none.
#include "ch04_networking/s4_server_future.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

using namespace std::chrono_literals;

// Each poll waits for an event as long as it takes: a deadline ends what would wait for ever.
class ServerFutureTest : public ::testing::Test {
 protected:
  base::Descriptor connect() { return connect_to(listening.address); }

  const Deadline deadline{"the server's future waits for an event that does not come"};
  Listening listening;
  int would_block = 0;
  ServerFuture server{std::move(listening.listener), 60s, [this] { ++would_block; }};
  CountingTask task;
};

// Question: the client is connected and has said nothing. The book's server stops there with an error. Ours?
// Predict what each poll answers, and who wakes the task. Break in `ServerFuture::next_message`.
TEST_F(ServerFutureTest, WouldBlock_IsPending_AndNothingIsLost) {
  const base::Descriptor client = connect();
  EXPECT_TRUE(task.poll(server).is_pending());
  EXPECT_EQ(would_block, 1);
  EXPECT_EQ(task.take_wakes(), 1u) << "it wakes itself: nobody else watches the socket";

  ASSERT_TRUE(try_write(client.get(), "that's so "));
  EXPECT_TRUE(task.poll(server).is_pending());
  EXPECT_EQ(would_block, 2);

  ASSERT_TRUE(try_write(client.get(), "dingo!"));
  end_writing(client.get());
  auto outcome = task.poll(server);
  while (outcome.is_pending()) outcome = task.poll(server);  // the end may be an event of its own
  EXPECT_EQ(outcome.value(), "that's so dingo!");
}

TEST_F(ServerFutureTest, NoEventInTime_IsPending) {
  Listening quiet;
  ServerFuture hurried(std::move(quiet.listener), 1ms);
  EXPECT_TRUE(task.poll(hurried).is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
}

TEST_F(ServerFutureTest, LongMessage_ComesWhole_WhileTheClientWaitsForRoom) {
  const std::string message(1'000'000, 'm');
  base::Thread client([&] { EXPECT_TRUE(send_when_writable(listening.address, message)); });
  const auto outcome = block_on(server);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(*outcome == message) << outcome->size();
}

TEST_F(ServerFutureTest, MessageThatIsTooLong_IsAnError) {
  base::Thread client(
      [&] { (void)send_when_writable(listening.address, std::string(Incoming::kLongestMessage + 1, 'm')); });
  EXPECT_EQ(block_on(server).error().message(), "a message of more than a megabyte: Message too long");
}

TEST_F(ServerFutureTest, ConnectionThatSaysNothing_LeavesTheTurnToTheNext) {
  connect().reset();
  const base::Descriptor second = connect();
  ASSERT_TRUE(try_write(second.get(), "second"));
  end_writing(second.get());
  EXPECT_EQ(block_on(server).value(), "second");
}

TEST_F(ServerFutureTest, SecondConnection_WaitsForItsTurn) {
  base::Descriptor first = connect();
  EXPECT_TRUE(task.poll(server).is_pending());  // it has the first one: only now there is a second
  const base::Descriptor second = connect();
  ASSERT_TRUE(try_write(second.get(), "second"));
  end_writing(second.get());
  EXPECT_TRUE(task.poll(server).is_pending());
  first.reset();
  EXPECT_EQ(block_on(server).value(), "second");
}

TEST_F(ServerFutureTest, ConnectionThatIsReset_IsAnError) {
  base::Descriptor client = connect();
  ASSERT_TRUE(try_write(client.get(), "half of"));
  EXPECT_TRUE(task.poll(server).is_pending());
  reset(std::move(client));
  EXPECT_TRUE(block_on(server).error().is(std::errc::connection_reset));
}

TEST_F(ServerFutureTest, NoDescriptors_AreAnError) {
  const base::Descriptor client = connect();
  const NoDescriptors none;
  EXPECT_TRUE(block_on(server).error().is(std::errc::too_many_files_open));
}

TEST(SendWhenWritableTest, NobodyListens_IsAnError) {
  const Deadline deadline("a refused connection was never told");
  const NobodyListens nobody;
  EXPECT_TRUE(send_when_writable(nobody.address, "hello").error().is(std::errc::connection_refused));
}

}  // namespace
}  // namespace ch04::tests
