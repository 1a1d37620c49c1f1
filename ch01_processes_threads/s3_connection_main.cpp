// s3_connection_main.cpp -- the child program of 1.3 and 1.4: one request; prints the body.
//
// Exit codes: 0; 1 no valid reply, or stdout is broken; 2 wrong usage; 3 no reply in time.
#include <chrono>
#include <cstdio>
#include <string>

#include "common/io/http.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/timeout.hpp"

namespace {

using namespace async;

constexpr std::chrono::seconds kPatience{30};

int print_body(const std::string& body) {
  const bool written = std::fwrite(body.data(), 1, body.size(), stdout) == body.size();
  if (written && std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0) return 0;
  std::perror("error: cannot write to stdout");
  return 1;
}

Async<int> connect(std::string url) {
  const auto in_time = co_await timeout(kPatience, http::get(url));
  if (!in_time) {
    std::fprintf(stderr, "stalled: waited 30 s for a reply from %s\n", url.c_str());
    co_return 3;
  }
  const auto& reply = *in_time;
  if (!reply) {
    std::fprintf(stderr, "error: %s\n", reply.error().message().c_str());
    co_return 1;
  }
  if (!reply->is_success()) {
    std::fprintf(stderr, "Failed to get a valid response. Status: %d %s\n", reply->status,
                 reply->reason.c_str());
    co_return 1;
  }
  co_return print_body(reply->body);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: ch01_connection URL\n");
    return 2;
  }
  return run_async_main(connect(argv[1]), RuntimeFlavor::current_thread);
}
