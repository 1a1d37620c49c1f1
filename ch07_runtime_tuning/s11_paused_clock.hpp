// s11_paused_clock.hpp -- a day of sleeps in no time: on a paused clock time moves when all tasks wait.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Three tasks sleep for a day, an hour and a minute. Who woke, and at which second, in
// order. Inside a runtime.
using Woken = std::vector<std::pair<std::string, std::chrono::seconds>>;
Async<Woken> sleepers();

}  // namespace ch07
