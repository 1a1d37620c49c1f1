// s6_http_load.hpp -- http_load: many connections, each with requests sent ahead; checks every answer.
//
// What wrk does for a server on another machine, small enough for a test. Every request asks for other words,
// so an answer that is missing, doubled or out of order is found.
//
// Thread safety: a coroutine of an async::Runtime, on which it spawns a task for each connection.
// Cancelling: dropping it aborts the connections' tasks, which may still be in a poll at that moment.
// Lifetime: so the driver outlives the runtime. Errors: counted; the first one is kept.
#pragma once

#include <cstddef>
#include <string>

#include "common/future/async.hpp"
#include "common/io/socket_address.hpp"

#include "ch04_networking/s6_driver.hpp"

namespace ch04 {

struct Load {
  std::size_t connections = 1'000;  // all open before the first request is sent
  std::size_t requests = 20;        // on each
  std::size_t ahead = 4;            // sent in one go, before the first of their answers is read
};

struct LoadResult {
  std::size_t answered = 0;  // right, and in order
  std::size_t failed = 0;
  std::string first_failure;
};

[[nodiscard]] Async<LoadResult> http_load(Driver& driver, SocketAddress server, Load load);

}  // namespace ch04
