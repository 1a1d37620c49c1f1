// s13_graceful_server.hpp -- Ctrl-C ends a server in good order: no new connection, and each handler is told.
#pragma once

#include <cstddef>

#include "common/channel/watch.hpp"
#include "common/future/async.hpp"
#include "common/io/tcp_listener.hpp"

namespace ch07 {

using namespace async;

// Serves until the value changes, then waits for its handlers. How many connections it has had.
Async<std::size_t> run_server(TcpListener listener, watch::Receiver<bool> shutdown);

}  // namespace ch07
