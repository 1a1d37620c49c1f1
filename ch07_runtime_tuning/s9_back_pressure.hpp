// s9_back_pressure.hpp -- a channel with room for one: who waits, and when; and reserved room.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

using Lines = std::vector<std::string>;

// A sender that would be quicker than the receiver, line by line. On a current-thread runtime.
Async<Lines> room_for_one();
// The same sender and an unbounded channel: how many values lie in it before the first one is received.
Async<std::size_t> room_for_all();
// What a permit is good for, line by line. On a current-thread runtime.
Async<Lines> permits();

}  // namespace ch07
