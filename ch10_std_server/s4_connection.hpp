// s4_connection.hpp -- what the server does with one connection: one message in, a second of work, one reply.
#pragma once

#include <chrono>
#include <cstddef>
#include <netinet/in.h>
#include <string>
#include <string_view>

#include "ch10_std_server/executor.hpp"
#include "ch10_std_server/s4_lines.hpp"

namespace ch10 {

inline constexpr std::string_view kReply = "Hello, client!";

// How long a reply may take to go out and be taken, the client's end of file included.
inline constexpr std::chrono::seconds kReplyLimit{2};

struct ServerOptions {
  std::uint16_t port = 7878;             // 0: the kernel chooses
  std::chrono::milliseconds work{1000};  // the book's simulated work on each request
  ExecutorKind executor = ExecutorKind::waking;
  std::size_t max_frame = 65536;      // bytes of a whole message, header included
  std::chrono::milliseconds idle{0};  // how long a client may send nothing; 0: for ever
  std::chrono::milliseconds reply_limit = kReplyLimit;
  bool quiet = false;  // no lines for each connection
  ServerLines* lines = &ServerLines::printed();
};

// A connection as it is accepted. The address is taken then: the client may be gone when a worker looks.
struct Connection {
  Descriptor descriptor;
  sockaddr_in peer;
};

// Answers one connection and closes it. `stopping` may become true at any time, followed by wake_all():
// then a connection without a whole message is closed, and a request at work is still answered.
// Lifetime: executor, options and stopping outlive it.
Async<void> handle_client(Executor& executor, const ServerOptions& options, const bool& stopping,
                          Connection connection);

}  // namespace ch10
