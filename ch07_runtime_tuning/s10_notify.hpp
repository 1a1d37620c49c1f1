// s10_notify.hpp -- Notify says that something happened, Barrier that all have come; both without a value.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// What was seen, line by line. On a current-thread runtime.
Async<std::vector<std::string>> notifications();
Async<std::vector<std::string>> meetings();

}  // namespace ch07
