// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch05_coroutines/demos.hpp"

namespace {

using namespace ch05;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"write", "5.1", "numbers to a file: opened for each of them, and by a coroutine that keeps it open",
     write_demo},
    {"read", "5.2", "a coroutine reads a file lazily, a number at each resume", read_demo},
    {"bad-input", "5.2", "a line that is no number, no such file, a file that cannot be written",
     bad_input_demo},
    {"stacking", "5.3", "a file goes through a reader and a writer, in constant memory", stacking_demo},
    {"symmetric", "5.4", "the book's symmetric coroutines, and the loop in main that calls them",
     symmetric_demo},
    {"transfer", "5.4", "reader and writer pass control to each other, and main has none", transfer_demo},
    {"sleep", "5.5", "three sleeps of a second on one thread take one second", sleep_demo},
    {"sleep-future", "5.5", "the same coroutines as tasks: polled in turn, and woken by a timer",
     sleep_future_demo},
    {"control", "5.6", "ten coroutines are controlled from outside", control_demo},
    {"nesting-future", "5.6", "a future that holds and controls ten others", nesting_future_demo},
    {"other-thread", "5.6", "coroutines are sent to another thread, and go on there", other_thread_demo},
    {"two-interfaces", "5.7", "two coroutines share a lock: step by step, and on an executor",
     two_interfaces_demo},
    {"generator", "5.8", "co_yield in a function, a range-for around it", generator_demo},
    {"recursion", "5.8", "a generator that yields all that another one yields", recursion_demo},
    {"early-exit", "5.8", "a generator that is left half-way, and exceptions in it", early_exit_demo},
};

constexpr CountOption kCounts[] = {
    {"count", "How many numbers the files have, for write, stacking, symmetric and transfer", 200'000, 1,
     10'000'000},
    {"bound", "Transfers until main has control in between, for the demo transfer", 1000, 1, 5'000},
};

constexpr TextOption kTexts[] = {{"file", "FILE", "Numbers of your own, a line each, for the demo read"}};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch05_coroutines", "coroutines: what pauses and goes on", kDemos, kCounts, kTexts}, argc,
                   argv);
}
