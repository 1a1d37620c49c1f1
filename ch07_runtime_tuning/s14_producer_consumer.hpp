// s14_producer_consumer.hpp -- the pattern "many produce, one consumes": three times ten messages.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// How many messages were consumed. Inside a runtime.
Async<std::size_t> produce_and_consume();

}  // namespace ch07
