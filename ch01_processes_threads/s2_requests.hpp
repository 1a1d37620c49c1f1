// s2_requests.hpp -- requests that are awaited one after the other, and all at once.
//
// Waiting for a reply is no work. So four requests in one thread take as long as one, if nobody waits for
// the first reply before asking for the second.
//
// Thread safety: as any future; inside a runtime. Errors: in words, with the URL.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"

namespace ch01 {

using namespace async;

// In real time: a reply that takes longer counts as a stall. A child program has given up by then.
inline constexpr std::chrono::seconds kPatience{40};

// The body of a reply that went well (status 2xx).
using Fetched = std::expected<std::string, std::string>;
[[nodiscard]] Async<Fetched> fetch(std::string url);

// How long it took, by the clock of the runtime.
using Took = std::expected<Duration, std::string>;
[[nodiscard]] Async<Took> one_request(std::string url);
[[nodiscard]] Async<Took> four_in_turn(std::string url);
[[nodiscard]] Async<Took> four_joined(std::string url);

// "140", the milliseconds.
[[nodiscard]] std::string in_milliseconds(Duration duration);

}  // namespace ch01
