// demos.hpp -- the functions of this chapter's demos; each stands in the .cpp file of its step.
#pragma once

#include "common/demo/demo.hpp"

namespace ch09 {

bool isolated_module_demo(const async::demo::Options& options);
bool waterfall_demo(const async::demo::Options& options);
bool branching_demo(const async::demo::Options& options);
bool greeting_demo(const async::demo::Options& options);
bool logging_future_demo(const async::demo::Options& options);
bool state_machine_demo(const async::demo::Options& options);
bool state_future_demo(const async::demo::Options& options);
bool throttle_demo(const async::demo::Options& options);
bool retry_demo(const async::demo::Options& options);
bool jitter_demo(const async::demo::Options& options);
bool circuit_breaker_demo(const async::demo::Options& options);
bool half_open_demo(const async::demo::Options& options);

}  // namespace ch09
