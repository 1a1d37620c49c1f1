// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch09_patterns/demos.hpp"

namespace {

using namespace ch09;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"isolated-module", "9.1", "additions by an id: async behind two functions that know nothing of it",
     isolated_module_demo},
    {"waterfall", "9.2", "three tasks, each with what the one before it gave; an error ends the chain",
     waterfall_demo},
    {"branching", "9.2", "the same kind of chain, which goes one way or the other", branching_demo},
    {"greeting", "9.3", "a greeting that is decorated: in the code, and by a build option", greeting_demo},
    {"logging-future", "9.3", "a future that logs each of its polls", logging_future_demo},
    {"state-machine", "9.4", "a switch, and the events that change it", state_machine_demo},
    {"state-future", "9.4", "a future that polls another one in each state", state_future_demo},
    {"throttle", "9.4", "new tasks ask a state machine, which is off while too many run", throttle_demo},
    {"retry", "9.5", "five tries, and each pause twice as long as the one before", retry_demo},
    {"jitter", "9.5", "a cap, and a crowd that must not come back all at once", jitter_demo},
    {"circuit-breaker", "9.6", "after three errors no more tasks are spawned", circuit_breaker_demo},
    {"half-open", "9.6", "after a time one task may try; its outcome closes the circuit, or not",
     half_open_demo},
};

constexpr CountOption kCounts[] = {
    {"tasks", "Tasks for the demo throttle", 10, 1, 100},
    {"threshold", "How many of them may run at once", 3, 1, 100},
    {"tries", "Tries for the demo retry", 5, 1, 7},
    {"clients", "Clients for the demo jitter", 100, 1, 10'000},
};

constexpr TextOption kTexts[] = {{"number", "N", "A number of your own, for the demo branching"}};

}  // namespace

int main(int argc, char** argv) {
  return run_demos(
      {"ch09_patterns", "patterns: how async code comes into a program that exists", kDemos, kCounts, kTexts},
      argc, argv);
}
