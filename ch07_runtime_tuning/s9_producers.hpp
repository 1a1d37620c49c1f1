// s9_producers.hpp -- mpsc: five producers send three messages each to one consumer.
#pragma once

#include <string>
#include <vector>

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// What the consumer received, in order. Inside a runtime.
Async<std::vector<std::string>> five_producers();

bool producers_demo(const demo::Options& options);

}  // namespace ch07
