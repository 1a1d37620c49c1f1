// demos.hpp -- the demos of the chapter, in the order of main.cpp's table.
#pragma once

#include "common/demo/demo.hpp"

namespace ch01 {

bool cpu_bound_demo(const async::demo::Options& options);
bool requests_demo(const async::demo::Options& options);
bool processes_demo(const async::demo::Options& options);
bool process_ends_demo(const async::demo::Options& options);
bool process_tasks_demo(const async::demo::Options& options);
bool threads_demo(const async::demo::Options& options);
bool condvar_demo(const async::demo::Options& options);
bool watch_file_demo(const async::demo::Options& options);
bool watch_file_inotify_demo(const async::demo::Options& options);
bool delayed_fetch_demo(const async::demo::Options& options);

}  // namespace ch01
