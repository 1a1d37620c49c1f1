// s5_message_server_test.cpp -- MessageServer: who said what, who is dropped, and that nothing is lost.
#include "ch04_networking/s5_message_server.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/sync/notify.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

using namespace std::chrono_literals;

// Gives each message to a channel.
MessageServer::Handle to(const Sender<std::string>& sender) {
  return [sender](std::string message) -> Async<> {
    (void)sender.send(std::move(message));
    co_return;
  };
}

// What the handlers were given, in the order in which they ran: there is one thread for them.
class MessageServerTest : public ::testing::Test {
 protected:
  base::Descriptor connect() { return connect_to(listening.address); }
  void send(const base::Descriptor& client, std::string_view text) {
    ASSERT_EQ(try_write(client.get(), text).value(), text.size());
  }
  void poll_until(std::size_t messages) {
    while (server.counts().messages < messages) ASSERT_TRUE(task.poll(server).is_pending());
  }
  std::string next_handled() { return handled.receiver.recv().value_or("(closed)"); }

  const Deadline deadline{"the server waits for an event that does not come"};
  Channel<std::string> handled = unbounded<std::string>();
  Executor executor = Runtime().with_high_num(1).with_low_num(1).run();
  Listening listening;
  MessageServer server{std::move(listening.listener), executor, to(handled.sender), 60s};
  CountingTask task;
};

// Question: two clients speak in turns, and the second one ends first. Who said what?
// Predict which message is handed over first. Break in `MessageServer::read_from`.
TEST_F(MessageServerTest, Tokens_KeepTheConnectionsApart) {
  base::Descriptor anna = connect(), ben = connect();
  send(anna, "anna: tea");
  send(ben, "ben: cof");
  while (server.connections() < 2) ASSERT_TRUE(task.poll(server).is_pending());
  send(ben, "fee");
  ben.reset();
  poll_until(1);
  EXPECT_EQ(next_handled(), "ben: coffee");
  EXPECT_EQ(server.connections(), 1u);
  send(anna, ", please");
  anna.reset();
  poll_until(2);
  EXPECT_EQ(next_handled(), "anna: tea, please");
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(MessageServerTest, Poll_IsNeverReady_AndWakesItself) {
  connect().reset();
  EXPECT_TRUE(task.poll(server).is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
}

TEST_F(MessageServerTest, ConnectionThatIsReset_IsDropped_AndTheOthersGoOn) {
  base::Descriptor bad = connect();
  send(bad, "half of");
  while (server.connections() < 1) ASSERT_TRUE(task.poll(server).is_pending());
  reset(std::move(bad));
  base::Descriptor good = connect();
  send(good, "good");
  good.reset();
  poll_until(1);
  EXPECT_EQ(next_handled(), "good");
  while (server.connections() != 0) ASSERT_TRUE(task.poll(server).is_pending());  // the reset may come later
  EXPECT_EQ(server.counts().dropped, 1u);
}

// Question: there are no descriptors left, and the system tells of a connection once. Is it lost?
// Predict what the second poll waits for. Break in `MessageServer::accept_all`.
TEST_F(MessageServerTest, NoDescriptors_TheConnectionIsServedLater) {
  Listening other;
  MessageServer second(std::move(other.listener), executor, to(handled.sender), 1ms);
  base::Descriptor client = connect_to(other.address);
  send(client, "patient");
  client.reset();
  {
    const NoDescriptors none;
    while (second.counts().backed_off < 2) ASSERT_TRUE(task.poll(second).is_pending());
  }
  while (second.counts().messages < 1) ASSERT_TRUE(task.poll(second).is_pending());
  EXPECT_EQ(next_handled(), "patient");
}

// A handler's captures must outlive the server that has spawned it.
TEST(MessageServerEndTest, HandlersOutliveTheServer) {
  const Deadline deadline("a detached handler never ended");
  const auto gate = std::make_shared<Notify>();
  const Channel<std::string> handled = unbounded<std::string>();
  Executor executor = Runtime().with_high_num(1).with_low_num(1).run();
  {
    Listening listening;
    MessageServer server(
        std::move(listening.listener), executor,
        [gate, sender = handled.sender, more = std::string(100, '!')](std::string message) -> Async<> {
          co_await gate->notified();
          (void)sender.send(message + more);
        });
    base::Descriptor client = connect_to(listening.address);
    ASSERT_TRUE(try_write(client.get(), "late"));
    client.reset();
    CountingTask task;
    while (server.counts().messages < 1) ASSERT_TRUE(task.poll(server).is_pending());
  }
  gate->notify_one();
  EXPECT_EQ(handled.receiver.recv().value(), "late" + std::string(100, '!'));
}

// Row 4.5: a thousand messages, a detached task for each, none lost and none twice.
TEST(MessageServerLoadTest, ThousandMessagesOfFourThreads_AreHandledOnceEach) {
  const Deadline deadline("a message was lost");
  constexpr int kThreads = 4, kEach = 250;
  // Clients that are faster than the server fill its queue; it may have all of them at once then.
  ASSERT_TRUE(allow_descriptors(kThreads * kEach + 100));
  const Channel<std::string> handled = unbounded<std::string>();
  Executor executor = Runtime().with_high_num(2).with_low_num(2).run();
  Listening listening;
  auto serving =
      executor.spawn_task(MessageServer(std::move(listening.listener), executor, to(handled.sender)));
  std::vector<base::Thread> clients;
  for (int i = 0; i < kThreads; ++i) {
    clients.emplace_back([&listening, i] {
      for (int j = 0; j < kEach; ++j) {
        ASSERT_TRUE(send_when_writable(listening.address, std::to_string(i * kEach + j)));
      }
    });
  }
  std::multiset<std::string> texts;
  while (texts.size() < kThreads * kEach) texts.insert(handled.receiver.recv().value());
  clients.clear();
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), std::size_t{kThreads * kEach});
  EXPECT_FALSE(handled.receiver.try_recv());
  EXPECT_FALSE(serving.is_finished());
}

}  // namespace
}  // namespace ch04::tests
