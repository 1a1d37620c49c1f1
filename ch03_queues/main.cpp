// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch03_queues/demos.hpp"

namespace {

using namespace ch03;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"queue", "3.1", "three tasks in one queue, one thread that consumes it", queue_demo},
    {"exception", "3.1", "a task throws: its thread goes on, and the join throws", exception_demo},
    {"async-sleep", "3.2", "a sleep that asks the clock at each poll, and one that the clock wakes",
     async_sleep_demo},
    {"workers", "3.3", "three threads on one queue, three tasks at once", workers_demo},
    {"two-queues", "3.4", "a label on the future says which queue, and so which threads", two_queues_demo},
    {"stealing", "3.5", "idle threads take from the other queue, both ways", stealing_demo},
    {"parking", "3.5", "what idle threads do: look ten times a second, or nothing", parking_demo},
    {"spawn-any", "3.6", "futures, coroutines and lambdas, with a priority or without", spawn_any_demo},
    {"join", "3.7", "outputs in the order of the arguments, and errors as values", join_demo},
    {"runtime", "3.8", "as many threads as you say, all of them there before the first task", runtime_demo},
    {"background", "3.9", "a task that never ends: dropped it stops, detached it goes on", background_demo},
};

constexpr CountOption kCounts[] = {
    {"high", "Threads of the high queue, for the demo runtime", 4, 1, 64},
    {"low", "Threads of the low queue, for the demo runtime", 2, 1, 64},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch03_queues", "queues, and the threads that consume them", kDemos, kCounts}, argc, argv);
}
