// s5_message_server_demo.cpp -- the demo of 4.5: a thousand messages, a task for each, and none lost.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/s5_message_server.hpp"

namespace ch04 {
namespace {

using demo::println;

constexpr std::size_t kClients = 4;

// What the tasks have been told; main sleeps until that is all, or somebody gives up.
class Inbox {
 public:
  explicit Inbox(std::size_t expected) : expected_(expected) {}

  void take(std::string message) {
    auto texts = texts_.lock();
    texts->insert(std::move(message));
    if (texts->size() == expected_) is_over_.unpark();
  }
  // The first error is the one that is told. Why the others fail then is a consequence, most of the time.
  void give_up(const IoError& error) {
    auto failure = failure_.lock();
    if (failure->empty()) *failure = error.message();
    is_over_.unpark();
  }
  void wait_for_all() { is_over_.park(); }
  [[nodiscard]] std::string failure() { return *failure_.lock(); }
  [[nodiscard]] std::multiset<std::string> texts() { return *texts_.lock(); }

 private:
  const std::size_t expected_;
  base::Parker is_over_;
  base::Locked<std::string> failure_;
  base::Locked<std::multiset<std::string>> texts_;
};

// Message number `first`, and every kClients-th after it, each through a connection of its own.
void send_messages(const SocketAddress& server, std::size_t first, std::size_t all, Inbox& inbox) {
  for (std::size_t i = first; i <= all && inbox.failure().empty(); i += kClients) {
    const auto sent = send_when_writable(server, "message " + std::to_string(i));
    if (!sent) inbox.give_up(sent.error());
  }
}

}  // namespace

bool message_server_demo(const demo::Options& options) {
  const std::size_t messages = options.count("messages");
  // Where the clients are faster, the server may have all connections at once; best effort: seldom so many.
  (void)allow_descriptors(messages + 100);
  const demo::WaitingFor waiting(std::to_string(messages) + " messages to be handled");
  Inbox inbox(messages);
  auto listener = value_of(listen_on(SocketAddress::loopback(0)));
  const SocketAddress address = value_of(local_address(listener.get()));
  {
    Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
    MessageServer server(std::move(listener), executor, [&inbox](std::string message) -> Async<> {
      inbox.take(std::move(message));
      co_return;
    });
    auto serving = executor.spawn_task(std::move(server));

    println(kClients, " clients send ", messages, " messages, each through a connection of its own");
    std::vector<base::Thread> clients;
    for (std::size_t i = 1; i <= kClients; ++i) {
      clients.emplace_back([&address, &inbox, i, messages] { send_messages(address, i, messages, inbox); });
    }
    inbox.wait_for_all();
  }  // the server's task is dropped, the executor ends

  if (const std::string failure = inbox.failure(); !failure.empty()) {
    println("a message could not be sent: ", failure);
    return false;
  }
  const std::multiset<std::string> texts = inbox.texts();
  const std::set<std::string> different(texts.begin(), texts.end());
  bool all = different.size() == messages;
  for (std::size_t i = 1; i <= messages; ++i) all = all && different.contains("message " + std::to_string(i));
  println("handled by as many detached tasks: ", texts.size());
  println("lost: ", messages - different.size(), ", handled twice: ", texts.size() - different.size());
  return all && texts.size() == messages;
}

}  // namespace ch04
