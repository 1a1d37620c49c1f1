// s13_sockets.hpp -- messages by UDP, and a stream through a Unix socket.
#pragma once

#include <string>

#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

namespace ch07 {

using namespace async;

// Two UDP sockets: what the first one got back for "ping".
Async<IoResult<std::string>> ping_by_udp();

// A server at that path and one client: what the client got back. The path must not exist.
Async<IoResult<std::string>> echo_by_unix_socket(std::string path);

// Two ends without a path.
Async<IoResult<std::string>> echo_by_pair();

}  // namespace ch07
