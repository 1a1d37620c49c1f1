// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch04_networking/demos.hpp"

namespace {

using namespace ch04;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"https-get", "4.1", "a GET by Boost.Beast on our own runtime, over http and over https", https_get_demo},
    {"https-errors", "4.1", "what can go wrong with it, each with its own message", https_errors_demo},
    {"without-executor", "4.2", "the same call without our executor, and why it cannot run",
     without_executor_demo},
    {"poll", "4.3", "what a thin poll over epoll tells, and what it refuses", poll_demo},
    {"server-future", "4.4", "a future that polls a socket, and a client that waits to be writable",
     server_future_demo},
    {"message-server", "4.5", "a server that goes on: each message is handed to a detached task",
     message_server_demo},
    {"http-server", "4.6", "a task for each connection: what curl would see", http_server_demo},
    {"http-load", "4.6", "the same server on the runtime, and a thousand connections", http_load_demo},
    {"datagrams", "4.7", "two processes exchange messages over a Unix socket", datagrams_demo},
};

constexpr CountOption kCounts[] = {
    {"messages", "Messages for the demo message-server", 1'000, 1, 20'000},
    {"port", "Port of the demos http-server and http-load; 0: the system chooses", 0, 0, 65'535},
    {"connections", "Connections for the demo http-load", 1'000, 1, 20'000},
    {"requests", "Requests on each of them", 20, 1, 1'000'000},
    {"ahead", "Requests that are sent before the first of their answers is read", 4, 1, 1'000},
};

constexpr TextOption kTexts[] = {
    {"url", "URL", "Whom to ask, for the demo https-get; not given: a server of its own"},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch04_networking", "sockets: a foreign library on our runtime, and our own poll", kDemos,
                    kCounts, kTexts},
                   argc, argv);
}
