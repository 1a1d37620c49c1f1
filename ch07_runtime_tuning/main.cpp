// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace {

using namespace ch07;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"builder-threads", "7.1", "how many threads, their names and stacks, and when an idle one ends",
     builder_threads_demo},
    {"builder-turns", "7.1", "how many turns a newcomer waits, and a timer that is due", builder_turns_demo},
    {"builder-hooks", "7.1", "threads say when they start, stop, park and go on", builder_hooks_demo},
    {"builder-drivers", "7.1", "with and without enable_io and enable_time", builder_drivers_demo},
    {"builder-limits", "7.1", "the defaults, and the values that a runtime cannot have", builder_limits_demo},
    {"runtime-a", "7.2", "the book's configured runtime: its hooks print, a task sleeps", runtime_a_demo},
    {"idle", "7.2", "three idle runtimes use no CPU time", idle_demo},
    {"async-main", "7.2", "a coroutine as main, on both flavours", async_main_demo},
    {"high-low", "7.3", "two runtimes side by side, and no stealing between them", high_low_demo},
    {"pool-of-one", "7.4", "a local pool of one thread: one task after the other", pool_of_one_demo},
    {"pool-of-three", "7.4", "a local pool of three: each task has a thread and a counter of its own",
     pool_of_three_demo},
    {"pool-index", "7.4", "three threads, and all tasks on index 0", pool_index_demo},
    {"pool-async-sleep", "7.4", "the same with a sleep that does not block", pool_async_sleep_demo},
    {"thread-bound", "7.4", "a value that must stay on its thread, in a pinned task and in another one",
     thread_bound_demo},
    {"thread-data", "7.5", "half a million tasks on one thread share a map without a lock", thread_data_demo},
    {"reference-held", "7.5", "an await in the wrong place: additions are lost, in one thread",
     reference_held_demo},
    {"ctrl-c", "7.6", "Ctrl-C three times ends the program on its own terms", ctrl_c_demo},
    {"ctrl-c-unheard", "7.6", "Ctrl-C before anybody has listened, and afterwards", ctrl_c_unheard_demo},
    {"ctrl-c-own-thread", "7.6", "main listens, and what blocks has threads of its own",
     ctrl_c_own_thread_demo},
    {"complete-count", "7.6", "the state of four threads at Ctrl-C, and at the next start",
     complete_count_demo},
    {"hangup", "7.6", "the same with SIGHUP", hangup_demo},
    {"blocking-pool", "7.7", "spawn_blocking: a bounded pool for what blocks", blocking_pool_demo},
    {"shutdown", "7.7", "a runtime ends, and one call is stuck", shutdown_demo},
    {"join-handle", "7.8", "awaited, aborted, an exception, dropped", join_handle_demo},
    {"join-set", "7.8", "results in the order in which the tasks finish", join_set_demo},
    {"task-local", "7.8", "a value that each task has for itself", task_local_demo},
    {"producers", "7.9", "mpsc: five producers, one consumer, and the end of the last sender",
     producers_demo},
    {"back-pressure", "7.9", "room for one value: the sender waits for the receiver", back_pressure_demo},
    {"permits", "7.9", "room that is reserved before there is a value", permits_demo},
    {"closing", "7.9", "all senders gone, the receiver gone, closed with values inside", closing_demo},
    {"store", "7.9", "a key-value store that is asked by mpsc and answers by oneshot", store_demo},
    {"broadcast", "7.9", "every message to three subscribers; a slow one is told what it missed",
     broadcast_demo},
    {"watch", "7.9", "three watchers of one value, and a configuration that is reloaded", watch_demo},
    {"mutex", "7.10", "ten tasks and one counter; the line at a lock is kept", mutex_demo},
    {"rw-lock", "7.10", "five readers together, a writer alone, and none overtakes it", rw_lock_demo},
    {"semaphore", "7.10", "ten tasks and three permits; permits of a task's own", semaphore_demo},
    {"notify", "7.10", "one is notified, or all; a notification is kept, and passed on", notify_demo},
    {"barrier", "7.10", "three meet; one who left before does not count", barrier_demo},
    {"timeouts", "7.11", "two seconds of sleep, a timeout of two around five, five ticks", timeouts_demo},
    {"missed-ticks", "7.11", "burst, delay and skip: what becomes of ticks that were missed",
     missed_ticks_demo},
    {"timer-wheel", "7.11", "timeouts by the thousand, set and cancelled: a wheel against a heap",
     timer_wheel_demo},
    {"paused-clock", "7.11", "a day of sleeps in no time", paused_clock_demo},
    {"select", "7.12", "the first answer counts, and the losers are dropped", select_demo},
    {"fair-select", "7.12", "who wins if all are ready: asked fairly, and in order", fair_select_demo},
    {"select-loop", "7.12", "the next message, or thirty seconds without one", select_loop_demo},
    {"join", "7.12", "three futures in the time of the longest; ten thousand, linear", join_demo},
    {"echo", "7.13", "an echo server and its clients over TCP; a stream in two halves", echo_demo},
    {"sockets", "7.13", "UDP, a Unix stream, and a pair of them", sockets_demo},
    {"files", "7.13", "a file is read on the blocking pool; a missing one is an error", files_demo},
    {"graceful-server", "7.13", "Ctrl-C: the server and its handlers end in good order",
     graceful_server_demo},
    {"children", "7.13", "child processes: output, pipes, kill", children_demo},
    {"server-loop", "7.14", "a task for each of fifty connections", server_loop_demo},
    {"producer-consumer", "7.14", "three producers of ten messages each, one consumer",
     producer_consumer_demo},
    {"rate-limit", "7.14", "three workers at a time; ten requests at a time", rate_limit_demo},
    {"batches", "7.14", "a hundred items to a task against a task for each", batches_demo},
    {"channel-or-mutex", "7.14", "ten thousand tasks count: by a lock, by a channel", channel_or_mutex_demo},
    {"one-runtime", "7.14", "a hundred runtimes against one", one_runtime_demo},
};

constexpr CountOption kCounts[] = {
    {"tasks", "Tasks on one thread, for the demo thread-data", 500'000, 1, 5'000'000},
    {"shared-tasks", "Tasks on four threads, for the demos complete-count and hangup", 20'000, 5, 5'000'000},
    {"timers", "Timeouts that are set and cancelled, for the demo timer-wheel", 200'000, 1, 100'000'000},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos(
      {"ch07_runtime_tuning", "the runtime, and everything that can be awaited in it", kDemos, kCounts}, argc,
      argv);
}
