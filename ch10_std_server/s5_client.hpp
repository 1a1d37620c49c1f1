// s5_client.hpp -- the client: thousands of requests in flight at once, on one thread.
//
// (In the book connect blocks, and with it every other request of the thread.)
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <netinet/in.h>
#include <string>

#include "ch10_std_server/executor.hpp"
#include "ch10_std_server/s1_data.hpp"

namespace ch10 {

struct ClientOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7878;
  std::size_t requests = 4000;
  std::chrono::milliseconds timeout{30'000};  // for each request, from its first poll
  bool quiet = false;                         // the last line alone
};

struct ClientResult {
  std::size_t ok = 0;
  std::size_t failed = 0;
  std::chrono::duration<double> elapsed{};
};

// The reply to one message, or why there is none.
using Reply = std::expected<std::string, std::string>;

// Connects, sends one message, and receives until the server ends its side.
// Lifetime: the executor outlives it. Dropping it closes the connection.
Async<Reply> send_data(Executor& executor, sockaddr_in server, Data data);

// Sends all requests and waits for all replies. Prints a line for each unless quiet.
// Errors: std::invalid_argument if the host is no IPv4 address or `localhost`.
ClientResult run_client(const ClientOptions& options);

}  // namespace ch10
