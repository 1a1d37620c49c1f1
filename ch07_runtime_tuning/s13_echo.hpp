// s13_echo.hpp -- an echo server and its clients, over TCP, in one process; and a client of two halves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/io/tcp_listener.hpp"

namespace ch07 {

using namespace async;

// Sends back what comes, until the other side ends. How many bytes that were.
Async<std::size_t> echo(TcpStream stream);

// A task for each connection, for ever: it ends when it is dropped.
Async<> serve_echo(TcpListener listener);

// Sends the text and reads as much; what came back, or why it did not.
Async<IoResult<std::string>> echo_client(SocketAddress server, std::string text);

// The same with the halves of one stream in a task each: one sends all `lines` and ends its half, the
// other reads to the end. What it read.
Async<IoResult<std::string>> split_client(SocketAddress server, std::vector<std::string> lines);

}  // namespace ch07
