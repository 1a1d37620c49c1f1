// s6_timeout.hpp -- a task of ten seconds, and a timeout of three.
#pragma once

#include <chrono>

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"
#include "common/time/sleep.hpp"
#include "common/time/timeout.hpp"

namespace ch02 {

using namespace async;
using namespace std::chrono_literals;

inline Async<const char*> slow_task() {
  co_await sleep(10s);
  co_return "Slow Task Completed";
}

bool timeout_demo(const demo::Options& options);

}  // namespace ch02
