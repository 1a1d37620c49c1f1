// s9_broadcast.hpp -- every message to every subscriber; and what happens to one who is too slow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// The guide's program: three subscribers, five messages. How many lines were printed. Inside a runtime.
Async<int> three_subscribers();

// Ten messages through a channel that keeps four, to one who did not listen.
struct Lag {
  std::uint64_t missed = 0;
  std::vector<int> received;
};
Async<Lag> slow_subscriber();

}  // namespace ch07
