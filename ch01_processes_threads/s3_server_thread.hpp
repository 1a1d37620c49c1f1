// s3_server_thread.hpp -- ServerThread: the delay server with a thread of its own, for who blocks meanwhile.
//
// Thread safety: the thread that made it, which is inside the server's runtime while it lives.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/runtime/builder.hpp"

#include "ch01_processes_threads/s2_delay_server.hpp"

namespace ch01 {

class ServerThread {
 public:
  ServerThread() = default;
  ServerThread(Duration delay, DelayServer::Hold hold) : server_(delay, std::move(hold)) {}

  [[nodiscard]] std::string url(std::string_view target) const { return server_.url(target); }

 private:
  const Runtime runtime_ = Builder::new_multi_thread().worker_threads(1).enable_all().build();
  const EnterGuard entered_ = runtime_.enter();
  DelayServer server_;
};

}  // namespace ch01
