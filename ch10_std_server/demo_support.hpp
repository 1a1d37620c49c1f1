// demo_support.hpp -- what several demos need: a limit on every wait, a gate, a server in a thread, a plain client.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <netinet/in.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

#include "ch10_std_server/demos.hpp"
#include "ch10_std_server/s4_server.hpp"

namespace ch10 {

// While one of these lives, its thread waits for something. If that does not come in time, the program says
// what it was and ends with exit code 3.
class WaitingFor {
 public:
  explicit WaitingFor(std::string what, std::chrono::milliseconds limit = std::chrono::seconds(20));
  WaitingFor(const WaitingFor&) = delete;
  WaitingFor& operator=(const WaitingFor&) = delete;
  ~WaitingFor() { over_.unpark(); }

 private:
  async::base::Parker over_;
  async::base::Thread watches_;  // last: it uses what stands above, and is joined first
};

// Closed until somebody opens it. Any number of threads may wait.
class Gate {
 public:
  void open();
  void wait(const std::string& what);

 private:
  async::base::Locked<bool> open_{false};
  async::base::ConditionVariable opened_;
};

// Prints none of the server's lines and counts them, so that a demo can wait until something has happened.
class CountedLines : public ServerLines {
 public:
  struct Counts {
    int sleeping = 0;
    int connections = 0;
    int messages = 0;
    int refused = 0;
    int no_descriptors = 0;
  };

  void sleeping(const std::string&) override { count(&Counts::sleeping); }
  void connection(const std::string&, const sockaddr_in&) override { count(&Counts::connections); }
  void message(const Data&) override { count(&Counts::messages); }
  void refused(const sockaddr_in&, const std::string&) override { count(&Counts::refused); }
  void no_descriptors(int) override { count(&Counts::no_descriptors); }

  [[nodiscard]] Counts counts() { return *counts_.lock(); }
  void wait_until(const std::string& what, int Counts::* which, int at_least);

 private:
  void count(int Counts::* which);

  async::base::Locked<Counts> counts_;
  async::base::ConditionVariable changed_;
};

// The chapter's server, on a port that the kernel chooses, in a thread of its own until it is destroyed.
class RunningServer {
 public:
  explicit RunningServer(const ServerOptions& options);
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() { stop(); }

  [[nodiscard]] sockaddr_in address() const;
  void stop();

 private:
  Server server_;
  Descriptor stop_;
  async::base::Thread thread_;
};

// A client as plain as can be: blocking calls, one after the other. Errors: std::system_error.
class PlainClient {
 public:
  PlainClient();
  explicit PlainClient(const sockaddr_in& server) : PlainClient() { connect(server); }
  explicit PlainClient(Descriptor connected) : socket_(std::move(connected)) {}

  void connect(const sockaddr_in& server);
  void send(std::span<const std::byte> bytes);
  void end_sending();

  // Everything up to the end; nothing if the server closed or reset the connection without a reply.
  [[nodiscard]] std::string receive_to_end(const std::string& what);
  // True if something, be it the end, can be received within the time.
  [[nodiscard]] bool has_news_within(std::chrono::milliseconds limit) const;

  // Closes with a reset in place of an end.
  void reset();
  void close() { socket_.reset(); }

 private:
  Descriptor socket_;
};

[[nodiscard]] std::vector<std::byte> bytes_of(const Data& data);

// One request and its reply, from beginning to end: true if it is the one that the server promises.
[[nodiscard]] bool is_answered(PlainClient& client);
[[nodiscard]] bool honest_client_is_answered(const sockaddr_in& server);

// A pair of connected sockets that do not block; the kernel buffers about so much of what the first one sends.
[[nodiscard]] std::pair<Descriptor, Descriptor> socket_pair(int send_buffer = 0);

// Polls until no task is left.
void run_to_end(Executor& executor);

// A number, or what stands for it where runs are compared.
template <class Number>
[[nodiscard]] std::string shown(const DemoOptions& options, Number number, const char* placeholder) {
  return options.placeholders ? placeholder : std::to_string(number);
}
[[nodiscard]] std::string shown_seconds(const DemoOptions& options, double seconds);

[[nodiscard]] constexpr const char* yes_or_no(bool yes) { return yes ? "yes" : "no"; }

namespace faults {

// The last line of a fault's demo, and what the demo returns.
[[nodiscard]] bool verdict(bool found_there, bool found_here);

}  // namespace faults
}  // namespace ch10
