// workload.hpp -- what the workloads share: their options, the clock, the check of the result, the runtime.
//
// A workload is a function from Options to Figures. It builds what it needs before its Stopwatch starts, does a
// fixed amount of work, reads the stopwatch, and only then checks the result: a wrong one ends the program.
// Nothing is taken down: the program leaves without it, so that no figure has the end of a runtime in it.
//
// Thread safety: from the main thread, except sum_of, which is a coroutine.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/runtime/builder.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {

// The command line's numbers. What was not given has its default here; n and threads get theirs when it is read.
struct Options {
  std::uint64_t n = 0;
  std::uint64_t threads = 0;
  std::uint64_t tasks = 1000;
  std::uint64_t pairs = 100;
  std::uint64_t producers = 1;
  std::uint64_t consumers = 1;
  std::uint64_t capacity = 128;
};

// One more key of the JSON line; the value is JSON already.
struct Extra {
  std::string key;
  std::string value;
};

struct Figures {
  double seconds = 0;
  std::uint64_t operations = 0;
  std::vector<Extra> extra = {};
};

// A row of the program's table.
struct Workload {
  const char* name;
  const char* options;      // that it takes beside --n, --threads and --peer
  std::uint64_t default_n;  // 0: it has no use for --n
  const char* sentence;
  Figures (*run)(const Options&);
};

// Starts when it is made.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A wrong result: ends the program with 2 and says on stderr what was expected.
void check_result(const char* what, std::uint64_t got, std::uint64_t wanted);

// 0 + 1 + ... + (count - 1). As all sums here, it wraps.
[[nodiscard]] std::uint64_t sum_below(std::uint64_t count);

// What each of `parts` gets of n, rounded down. If that were nothing: bad usage, which ends the program.
[[nodiscard]] std::uint64_t share_of(std::uint64_t n, std::uint64_t parts, const char* option);

// Bad usage: ends the program with 64 and says on stderr what is allowed.
[[noreturn]] void refuse(const std::string& what_is_allowed);

// All that was printed so far is with the system, or the program ends with 1 and says on stderr why it is not.
void end_output();

// Runs its tasks on so many threads, beside the main one. When this returns they all run. Lives for ever.
[[nodiscard]] Runtime& start_runtime(std::uint64_t threads);

// The future as one task of the runtime; the calling thread blocks on it.
template <Future Root>
auto run_root(Runtime& runtime, Root root) {
  return runtime.block_on(runtime.spawn(std::move(root))).value();
}

// Awaits one after the other.
[[nodiscard]] Async<std::uint64_t> sum_of(std::vector<JoinHandle<std::uint64_t>> tasks);

// ---- the workloads: workloads/ has a file for each family ---------------------------------------------------

Figures spawn_join(const Options& options);
Figures spawn_external(const Options& options);
Figures yield(const Options& options);

Figures ping_pong(const Options& options);
Figures mpsc_bounded(const Options& options);
Figures mpmc_unbounded_threads(const Options& options);
Figures one_shot(const Options& options);
Figures actor(const Options& options);

Figures mutex(const Options& options);

Figures timers_sleep(const Options& options);
Figures timers_cancel(const Options& options);

Figures idle_mem_sleep(const Options& options);
Figures idle_mem_recv(const Options& options);

Figures echo(const Options& options);  // never returns

}  // namespace async::inline ASYNC_FLAVOUR::bench
