// s9_producers.hpp -- mpsc: five producers send three messages each to one consumer.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// What the consumer received, in order. Inside a runtime.
Async<std::vector<std::string>> five_producers();

}  // namespace ch07
