// demos.hpp -- the functions of this chapter's demos; each stands in the .cpp file of its step.
#pragma once

#include "common/demo/demo.hpp"

namespace ch03 {

bool queue_demo(const async::demo::Options& options);
bool exception_demo(const async::demo::Options& options);
bool async_sleep_demo(const async::demo::Options& options);
bool workers_demo(const async::demo::Options& options);
bool two_queues_demo(const async::demo::Options& options);
bool stealing_demo(const async::demo::Options& options);
bool parking_demo(const async::demo::Options& options);
bool spawn_any_demo(const async::demo::Options& options);
bool join_demo(const async::demo::Options& options);
bool runtime_demo(const async::demo::Options& options);
bool background_demo(const async::demo::Options& options);

}  // namespace ch03
