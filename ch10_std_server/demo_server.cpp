// demo_server.cpp -- row 10.4: three workers sleep, get connections in turn, answer, and sleep again.
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "ch10_std_server/demo_support.hpp"

namespace ch10 {
namespace {

constexpr std::array<std::string_view, 3> kWorkers{"One", "Two", "Three"};

// The server's lines, in an order that is the same at every run: a worker that would print its line too early
// is held until its turn comes.
class OrderedLines : public ServerLines {
 public:
  explicit OrderedLines(const DemoOptions& options) : options_(options) {}

  void sleeping(const std::string& worker) override {
    auto state = state_.lock();
    state.wait(changed_, [&](const State& now) {
      return now.ending || (now.slept < now.may_sleep && kWorkers[now.slept % kWorkers.size()] == worker);
    });
    if (state->ending) return;
    std::printf("%s is sleeping\n", worker.c_str());
    ++state->slept;
    changed_.notify_all();
  }
  void connection(const std::string& worker, const sockaddr_in& peer) override {
    auto state = state_.lock();
    std::printf("%s Received connection: %s\n", worker.c_str(),
                options_.placeholders ? "127.0.0.1:<port>" : to_string(peer).c_str());
    ++state->connections;
    changed_.notify_all();
  }
  void message(const Data& message) override {
    auto state = state_.lock();
    std::printf("Received message: %s\n", message.debug_string().c_str());
    ++state->messages;
    changed_.notify_all();
  }

  void let_all_sleep_once() {
    const WaitingFor waiting("all three workers to sleep");
    auto state = state_.lock();
    state->may_sleep += kWorkers.size();
    changed_.notify_all();
    state.wait(changed_, [](const State& now) { return now.slept == now.may_sleep; });
  }
  void wait_for_connection(std::size_t number) {
    const WaitingFor waiting("a worker to receive connection " + std::to_string(number));
    state_.lock().wait(changed_, [&](const State& now) { return now.connections == number; });
  }
  void wait_for_message(std::size_t number) {
    const WaitingFor waiting("a worker to receive message " + std::to_string(number));
    state_.lock().wait(changed_, [&](const State& now) { return now.messages == number; });
  }
  void end() {
    state_.lock()->ending = true;
    changed_.notify_all();
  }

 private:
  struct State {
    std::size_t slept = 0;
    std::size_t may_sleep = 0;
    std::size_t connections = 0;
    std::size_t messages = 0;
    bool ending = false;
  };

  const DemoOptions& options_;
  async::base::Locked<State> state_;
  async::base::ConditionVariable changed_;
};

}  // namespace

bool server_demo(const DemoOptions& options) {
  OrderedLines lines(options);
  ServerOptions server_options;
  server_options.work = options.wait(server_options.work);
  server_options.lines = &lines;
  RunningServer server(server_options);
  std::printf("Server listening on port %s\n",
              shown(options, ntohs(server.address().sin_port), "<port>").c_str());
  lines.let_all_sleep_once();

  // One more than there are workers: the fourth connection is the first worker's again. All connect before the
  // first of them speaks, so that no worker is through already when the next connection comes.
  std::vector<PlainClient> clients;
  for (std::size_t i = 1; i <= kWorkers.size() + 1; ++i) {
    clients.emplace_back(server.address());
    lines.wait_for_connection(i);
  }
  for (std::size_t i = 1; i <= clients.size(); ++i) {
    clients[i - 1].send(bytes_of(Data{static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(i),
                                      "Hello, server! " + std::to_string(i)}));
    lines.wait_for_message(i);
  }
  bool answered = true;
  for (std::size_t i = 1; i <= clients.size(); ++i) {
    const std::string reply = clients[i - 1].receive_to_end("reply " + std::to_string(i));
    std::printf("client %zu is told: %s\n", i, reply.c_str());
    answered &= reply == kReply;
  }
  clients.clear();  // a worker is through with a client when that has closed its side
  lines.let_all_sleep_once();
  lines.end();
  server.stop();
  std::printf("the server has ended\n");
  return answered;
}

}  // namespace ch10
