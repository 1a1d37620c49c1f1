// demos.hpp -- the demos of the chapter, in the order of main.cpp's table.
#pragma once

#include "common/demo/demo.hpp"

namespace ch07 {

bool builder_threads_demo(const async::demo::Options& options);
bool builder_turns_demo(const async::demo::Options& options);
bool builder_hooks_demo(const async::demo::Options& options);
bool builder_drivers_demo(const async::demo::Options& options);
bool builder_limits_demo(const async::demo::Options& options);
bool runtime_a_demo(const async::demo::Options& options);
bool idle_demo(const async::demo::Options& options);
bool async_main_demo(const async::demo::Options& options);
bool high_low_demo(const async::demo::Options& options);
bool pool_of_one_demo(const async::demo::Options& options);
bool pool_of_three_demo(const async::demo::Options& options);
bool pool_index_demo(const async::demo::Options& options);
bool pool_async_sleep_demo(const async::demo::Options& options);
bool thread_bound_demo(const async::demo::Options& options);
bool thread_data_demo(const async::demo::Options& options);
bool reference_held_demo(const async::demo::Options& options);
bool ctrl_c_demo(const async::demo::Options& options);
bool ctrl_c_unheard_demo(const async::demo::Options& options);
bool ctrl_c_own_thread_demo(const async::demo::Options& options);
bool complete_count_demo(const async::demo::Options& options);
bool hangup_demo(const async::demo::Options& options);
bool blocking_pool_demo(const async::demo::Options& options);
bool shutdown_demo(const async::demo::Options& options);
bool join_handle_demo(const async::demo::Options& options);
bool join_set_demo(const async::demo::Options& options);
bool task_local_demo(const async::demo::Options& options);
bool producers_demo(const async::demo::Options& options);
bool back_pressure_demo(const async::demo::Options& options);
bool permits_demo(const async::demo::Options& options);
bool closing_demo(const async::demo::Options& options);
bool store_demo(const async::demo::Options& options);
bool broadcast_demo(const async::demo::Options& options);
bool watch_demo(const async::demo::Options& options);
bool mutex_demo(const async::demo::Options& options);
bool rw_lock_demo(const async::demo::Options& options);
bool semaphore_demo(const async::demo::Options& options);
bool notify_demo(const async::demo::Options& options);
bool barrier_demo(const async::demo::Options& options);
bool timeouts_demo(const async::demo::Options& options);
bool missed_ticks_demo(const async::demo::Options& options);
bool timer_wheel_demo(const async::demo::Options& options);
bool paused_clock_demo(const async::demo::Options& options);
bool select_demo(const async::demo::Options& options);
bool fair_select_demo(const async::demo::Options& options);
bool select_loop_demo(const async::demo::Options& options);
bool join_demo(const async::demo::Options& options);
bool echo_demo(const async::demo::Options& options);
bool sockets_demo(const async::demo::Options& options);
bool files_demo(const async::demo::Options& options);
bool graceful_server_demo(const async::demo::Options& options);
bool children_demo(const async::demo::Options& options);
bool server_loop_demo(const async::demo::Options& options);
bool producer_consumer_demo(const async::demo::Options& options);
bool rate_limit_demo(const async::demo::Options& options);
bool batches_demo(const async::demo::Options& options);
bool channel_or_mutex_demo(const async::demo::Options& options);
bool one_runtime_demo(const async::demo::Options& options);

}  // namespace ch07
