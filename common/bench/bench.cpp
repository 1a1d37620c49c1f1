// bench.cpp -- the table of workloads, and the one line of JSON that a run of one prints.
//
// The same workloads exist as programs of other runtimes, with this command line and these keys: README.md.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <sys/resource.h>

#include "common/bench/command_line.hpp"

namespace {

using namespace async::bench;

constexpr std::uint64_t kMillion = 1'000'000;

constexpr Workload kWorkloads[] = {
    {"spawn_join", "", kMillion, "a task spawns tasks and joins them", spawn_join},
    {"spawn_external", "", kMillion, "a thread outside the runtime spawns tasks and joins them",
     spawn_external},
    {"yield_now", "--tasks", 10 * kMillion, "tasks that go to the back of the queue again and again", yield},
    {"ping_pong", "--pairs", kMillion, "pairs of tasks send a number there and back", ping_pong},
    {"mpsc_bounded", "--producers --capacity", 5 * kMillion, "producers send to one consumer", mpsc_bounded},
    {"mpmc_unbounded_threads", "--producers --consumers", 10 * kMillion, "plain threads, one channel",
     mpmc_unbounded_threads},
    {"oneshot", "", kMillion, "one value from a task that is spawned for it", one_shot},
    {"mutex", "", kMillion, "a task spawns a task that takes the lock they all share", mutex},
    {"actor", "", kMillion, "tasks send a request to one task, which answers each", actor},
    {"timers_sleep", "", kMillion / 10, "tasks sleep up to a second, all at once", timers_sleep},
    {"timers_cancel", "", kMillion, "a timeout is set, and cancelled in time", timers_cancel},
    {"idle_mem_sleep", "", kMillion, "the memory of a task that sleeps", idle_mem_sleep},
    {"idle_mem_recv", "", kMillion, "the memory of a task that waits for a message", idle_mem_recv},
    {"echo", "", 0, "a server on 127.0.0.1: says PORT and its number, serves until it is killed", echo},
};

// User and system time of all threads.
double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// The most memory that this program ever had. Not ru_maxrss, which remembers the size of whoever started it.
unsigned long long max_rss_kib() {
  std::ifstream status("/proc/self/status");
  unsigned long long kib = 0;
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") status >> kib;
  }
  return kib;
}

void print(const CommandLine& given, const Figures& figures) {
  std::printf("{\"workload\":\"%s\",\"peer\":\"async-cpp\",\"n\":%llu,\"threads\":%llu", given.workload->name,
              static_cast<unsigned long long>(given.options.n),
              static_cast<unsigned long long>(given.options.threads));
  std::printf(",\"seconds\":%.6f,\"ops_per_s\":%.1f", figures.seconds,
              static_cast<double>(figures.operations) / figures.seconds);
  std::printf(",\"cpu_seconds\":%.6f,\"max_rss_kib\":%llu", cpu_seconds(), max_rss_kib());
  for (const Extra& extra : figures.extra) std::printf(",\"%s\":%s", extra.key.c_str(), extra.value.c_str());
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  const CommandLine given = read_command_line(kWorkloads, argc, argv);
  try {
    const Figures figures = given.workload->run(given.options);
    print(given, figures);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    std::_Exit(1);
  }
  // The runtime still runs, and a million tasks may wait in it: the system takes it all back faster.
  end_output();
  std::_Exit(0);
}
