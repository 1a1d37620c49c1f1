// s9_closing.hpp -- how a channel ends: all senders gone, the receiver gone, or closed with values inside.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// What both sides see, line by line. Inside a runtime.
Async<std::vector<std::string>> ends_of_channels();

}  // namespace ch07
