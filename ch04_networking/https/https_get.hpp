// https_get.hpp -- https_get(uri): one GET, done by Boost.Beast on our own runtime. The book's `fetch`.
//
//   const auto reply = co_await https_get("https://www.rust-lang.org", connector);
//   if (!reply) println(reply.error().message());
//   else println(reply->status, " ", reply->reason, "\n", reply->body);
//
// This header is plain: Beast, with its 190,000 lines, is included by https_get.cpp alone.
// A redirection is a reply like any other: it is not followed.
//
// Thread safety: as any future. Cancelling: dropping it closes the connection, whatever it was doing.
// Errors: those of uri.hpp, connector.hpp and https_error.hpp. One connection for each GET:
//   the request says "Connection: close".
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"

#include "ch04_networking/https/connector.hpp"

namespace ch04 {

struct HttpReply {
  unsigned status = 0;  // 200
  std::string reason;   // "OK"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// What is read of a server that means no good, or is stuck.
struct GetLimits {
  std::size_t header_bytes = 64 * 1024;  // the most; also for the line of a chunk, and for trailers
  std::size_t body_bytes = 16 * 1024 * 1024;
  Duration time = std::chrono::seconds(30);  // from the lookup to the last byte
};

[[nodiscard]] Async<IoResult<HttpReply>> https_get(std::string uri, CustomConnector connector,
                                                   GetLimits limits = GetLimits());

}  // namespace ch04
