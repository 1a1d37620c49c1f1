// demos.hpp -- the functions of this chapter's demos; each stands in the .cpp file of its step.
#pragma once

#include "common/demo/demo.hpp"

namespace ch05 {

bool write_demo(const async::demo::Options& options);
bool read_demo(const async::demo::Options& options);
bool bad_input_demo(const async::demo::Options& options);
bool stacking_demo(const async::demo::Options& options);
bool symmetric_demo(const async::demo::Options& options);
bool transfer_demo(const async::demo::Options& options);
bool sleep_demo(const async::demo::Options& options);
bool sleep_future_demo(const async::demo::Options& options);
bool control_demo(const async::demo::Options& options);
bool nesting_future_demo(const async::demo::Options& options);
bool other_thread_demo(const async::demo::Options& options);
bool two_interfaces_demo(const async::demo::Options& options);
bool generator_demo(const async::demo::Options& options);
bool recursion_demo(const async::demo::Options& options);
bool early_exit_demo(const async::demo::Options& options);

}  // namespace ch05
