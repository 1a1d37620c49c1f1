// running_server.hpp -- the server in a thread of this process.
#pragma once

#include <sys/eventfd.h>

#include "common/base/thread.hpp"

#include "ch10_std_server/s4_server.hpp"
#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {

// Any port, no work, no lines; and a client that this machine lets wait is not cut off for that.
inline ServerOptions quick_options(ExecutorKind kind) {
  ServerOptions options;
  options.port = 0;
  options.work = std::chrono::milliseconds(0);
  options.executor = kind;
  options.quiet = true;
  options.reply_limit = kDeadline;
  return options;
}

class RunningServer {
 public:
  enum class Start { now, later };  // later: it listens, and nobody accepts before start()

  explicit RunningServer(const ServerOptions& options, Start when = Start::now) : server_(options) {
    if (!stop_) fail("eventfd");
    if (when == Start::now) start();
  }
  ~RunningServer() { stop(); }

  void start() {
    thread_ = async::base::Thread([this] { server_.run(stop_.get()); });
  }
  // Returns once the server has ended.
  void stop() {
    const std::uint64_t once = 1;
    (void)!::write(stop_.get(), &once, sizeof once);
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] pthread_t thread() { return thread_.native_handle(); }

 private:
  Descriptor stop_{::eventfd(0, EFD_CLOEXEC)};
  Server server_;
  async::base::Thread thread_;
};

}  // namespace ch10::tests
