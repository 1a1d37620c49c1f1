// demos.hpp -- the functions of this chapter's demos; each stands in the .cpp file of its step.
#pragma once

#include "common/demo/demo.hpp"

namespace ch08 {

bool basic_actor_demo(const async::demo::Options& options);
bool responding_actor_demo(const async::demo::Options& options);
bool actor_or_mutex_demo(const async::demo::Options& options);
bool meanwhile_demo(const async::demo::Options& options);
bool router_demo(const async::demo::Options& options);
bool passed_sender_demo(const async::demo::Options& options);
bool recovery_demo(const async::demo::Options& options);
bool corrupt_file_demo(const async::demo::Options& options);
bool full_disk_demo(const async::demo::Options& options);
bool group_commit_demo(const async::demo::Options& options);
bool kill_demo(const async::demo::Options& options);
bool supervisor_demo(const async::demo::Options& options);
bool writer_instance_demo(const async::demo::Options& options);
bool stuck_actor_demo(const async::demo::Options& options);
bool dead_actor_demo(const async::demo::Options& options);
bool old_writer_demo(const async::demo::Options& options);

}  // namespace ch08
