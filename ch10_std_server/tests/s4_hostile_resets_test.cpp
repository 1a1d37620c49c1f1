// s4_hostile_resets_test.cpp -- clients that reset their connection, at every moment: no worker dies of it.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include "common/base/thread.hpp"

#include "ch10_std_server/tests/heard_lines.hpp"
#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/hostile_fixture.hpp"
#include "ch10_std_server/tests/program.hpp"
#include "ch10_std_server/tests/running_server.hpp"

namespace ch10::tests {
namespace {

using std::chrono::milliseconds;

class HostileResetsTest : public HostileFixture {};
ON_BOTH_EXECUTORS(HostileResetsTest);

TEST_P(HostileResetsTest, ResetAtEachByteOffset_HarmsNobody) {
  RunningServer server(options(milliseconds(1)));
  for (std::size_t size = 0; size <= kWhole.size(); ++size) {
    HostileClient client(server.port());
    client.send(std::string_view(kWhole).substr(0, size));
    client.reset();
    if (size % 5 == 0) expect_all_workers_answer(server.port());
  }
  // And after the worker has seen the bytes: while it works, and when it replies.
  for (int i = 0; i < 6; ++i) {
    const auto messages = lines.now().messages.size();
    HostileClient client(server.port());
    ASSERT_TRUE(client.send(kWhole));
    ASSERT_TRUE(lines.wait_until([&](const auto& heard) { return heard.messages.size() > messages; }));
    client.reset();
  }
  expect_all_workers_answer(server.port());
}

// The book's fault: its worker asks for the peer's address when it looks at a connection, and dies if the client
// is gone by then. Here 300 clients connect and reset before the server accepts at all.
TEST_P(HostileResetsTest, ThreeHundredResetsBeforeTheyAreAccepted_KillNoWorker) {
  RunningServer server(options(), RunningServer::Start::later);
  for (int i = 0; i < 300; ++i) HostileClient(server.port()).reset();
  server.start();
  expect_all_workers_answer(server.port());
}

// The same after they were accepted: each worker is held back until all 300 are gone.
TEST_P(HostileResetsTest, ThreeHundredResetsBeforeAWorkerLooks_KillNoWorker) {
  class HeldBack : public ServerLines {
   public:
    void sleeping(const std::string&) override { wait(); }
    void connection(const std::string&, const sockaddr_in&) override { wait(); }
    void message(const Data&) override {}
    void refused(const sockaddr_in&, const std::string&) override {}
    void open() {
      *open_.lock() = true;
      opened_.notify_all();
    }

   private:
    void wait() {
      auto open = open_.lock();
      open.wait(opened_, [](bool is_open) { return is_open; });
    }
    async::base::Locked<bool> open_{false};
    async::base::ConditionVariable opened_;
  };
  HeldBack held_back;
  ServerOptions given = options();
  given.lines = &held_back;
  RunningServer server(given);
  for (int i = 0; i < 300; ++i) HostileClient(server.port()).reset();
  held_back.open();
  expect_all_workers_answer(server.port());
}

// Resets in a storm, from a thread of their own, while others are served.
TEST_P(HostileResetsTest, ResetsWhileOthersAreServed_HoldNobodyUp) {
  RunningServer server(options());
  const async::base::Thread storm([&] {
    for (int i = 0; i < 300; ++i) {
      HostileClient client(server.port());
      client.send(std::string_view(kWhole).substr(0, static_cast<std::size_t>(i) % (kWhole.size() + 1)));
      client.reset();
    }
  });
  for (int i = 0; i < 20; ++i) expect_all_workers_answer(server.port());
}

}  // namespace
}  // namespace ch10::tests
