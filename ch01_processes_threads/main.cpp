// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s1_fibonacci.hpp"

namespace {

using namespace ch01;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"cpu-bound", "1.1", "eight threads calculate: all cores are busy", cpu_bound_demo},
    {"requests", "1.2", "one request, four in turn, four at once", requests_demo},
    {"processes", "1.3", "a process for each of four requests, all at once", processes_demo},
    {"process-ends", "1.3", "a child that fails, one that cannot be started, one that is killed",
     process_ends_demo},
    {"process-tasks", "1.4", "a task for each of four processes, in one thread", process_tasks_demo},
    {"threads", "1.5", "one calculation, then four on four threads; what join gives back", threads_demo},
    {"condvar", "1.6", "one thread updates, another one hears of each update", condvar_demo},
    {"watch-file", "1.7", "a file is watched by asking when it was modified", watch_file_demo},
    {"watch-file-inotify", "1.7", "the same by being told (inotify)", watch_file_inotify_demo},
    {"delayed-fetch", "1.8", "a fetch of 5 s joined with a lookup of 1 s", delayed_fetch_demo},
};

constexpr CountOption kCounts[] = {
    {"fibonacci", "The number to calculate, for the demos cpu-bound and threads", 35, 0, kGreatestFibonacci},
};

constexpr TextOption kTexts[] = {
    {"url", "URL", "Where requests go instead of the demo's own server: http:// only"},
    {"child", "PROGRAM",
     "The child program of the demos with processes, else ch01_connection beside this one"},
    {"file", "PATH", "The file to watch, with --interactive (data.txt)"},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch01_processes_threads", "processes, threads, and tasks", kDemos, kCounts, kTexts}, argc,
                   argv);
}
