// main.cpp -- the chapter's demos: their table, and one call. Each demo runs tests: row_tests.hpp.
#include "common/demo/demo.hpp"

#include "ch11_testing/demos.hpp"
#include "ch11_testing/row_tests.hpp"

namespace {

using namespace ch11;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"sync-mock", "11.1", "a mock stands in for a module: what it was given, and what it answers",
     sync_mock_demo},
    {"async-mock", "11.2", "the same with futures: ready ones, slow ones, and one that never ends",
     async_mock_demo},
    {"deadlock", "11.3", "two tasks, two locks: found the moment nothing can run; cured by an order",
     deadlock_demo},
    {"livelock", "11.3", "two tasks that are too polite: always busy, and never done", livelock_demo},
    {"lost-updates", "11.4", "additions are lost with many threads; with one thread, where it awaits",
     lost_updates_demo},
    {"explored", "11.4", "every interleaving of a small program: the fault is found every time",
     explored_demo},
    {"replay", "11.4", "one schedule of one of these programs again, step by step", replay_demo},
    {"capacity", "11.5", "ten messages, room for five, with and without somebody who receives",
     capacity_demo},
    {"mock-server", "11.6", "an HTTP server that answers as told and counts its calls", mock_server_demo},
    {"scripted-stream", "11.6", "a reply that comes byte by byte, late, or half", scripted_stream_demo},
    {"stepped", "11.7", "two futures that want one lock, polled one step at a time", stepped_demo},
    {"async-test", "11.8", "a coroutine as a test, and seven seconds of pauses in no time", async_test_demo},
};

constexpr CountOption kCounts[] = {
    {"tasks", "Tasks that add, for the demo lost-updates", 100'000, 2, 1'000'000},
    {"preemptions", "How often a thread is held up at most, for the demo replay", 1, 0, 5},
    {"schedule", "Which schedule, for the demo replay", 3, 1, 1'000'000},
};

constexpr TextOption kTexts[] = {
    {"model", "NAME", "Which program, for the demo replay (lost-update)"},
};

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = run_row_tests(argc, argv)) return *code;
  return run_demos({"ch11_testing", "testing what runs at the same time", kDemos, kCounts, kTexts}, argc,
                   argv);
}
