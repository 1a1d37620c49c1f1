// s6_complete_count.cpp -- the demos of 7.6: four threads' state at Ctrl-C or SIGHUP, and the next start.
#include <filesystem>
#include <unistd.h>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s6_shutdown.hpp"
#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::or_throw;
using demo::println;

constexpr std::size_t kThreads = 4;

constexpr char kStateFile[] = "ch07_counter.txt";

// One start of the program. What was saved is there again, and is counted on.
Counters start(SignalKind kind, const Counters& saved, std::size_t tasks, Ending ending) {
  const LocalPoolHandle pool(kThreads);
  const auto main = [&]() -> Async<Counters> {
    co_await restore(pool, saved);
    co_return co_await count_until(kind, pool, tasks, ending);
  };
  const Counters complete = run_async_main(main, RuntimeFlavor::current_thread);
  println("Complete counter: ", shown(complete));
  return complete;
}

bool is_exact(const Counters& counters, std::size_t tasks) {
  for (std::uint32_t key = 1; key <= 5; ++key) {
    if (!counters.contains(key) || counters.at(key) != additions(tasks, key)) return false;
  }
  return counters.size() == 5;
}

// On the paused clock it is known what is finished after 3.5 s: 1 s twice, 2 s and 3 s once.
bool is_consistent(const demo::Options& options, const Counters& counters, std::size_t tasks) {
  const std::size_t halves_at_3500ms[] = {0, 2, 1, 1, 0, 0};
  for (std::uint32_t key = 1; key <= 5; ++key) {
    const auto found = counters.find(key);
    const std::size_t count = found == counters.end() ? 0 : found->second;
    if (count > additions(tasks, key)) return false;
    if (options.paused && count != additions(tasks, key) / 2 * halves_at_3500ms[key]) return false;
  }
  return true;
}

bool goes_on_from(const Counters& saved, Counters later, std::size_t tasks) {
  for (const auto& [key, count] : saved) {
    if (later[key] < count) return false;
  }
  for (const auto& [key, count] : later) {
    const auto found = saved.find(key);
    if (count - (found == saved.end() ? 0 : found->second) > additions(tasks, key)) return false;
  }
  return true;
}

// You press Ctrl-C, whenever you like; the file stays in the folder in which you are, and the next start
// goes on from there.
bool count_until_the_user_ends_it(std::size_t tasks) {
  const std::string path = std::filesystem::absolute(kStateFile).string();
  Counters saved;
  if (std::filesystem::exists(path)) {
    saved = or_throw(read_state(path));
    println("read from ", path, ": ", shown(saved));
  }
  or_throw(write_state(path, saved));  // a folder that is not yours: told now, not when all is counted
  println("press Ctrl-C to end it");
  const Counters complete = start(SignalKind::interrupt(), saved, tasks, Ending::by_the_user());
  or_throw(write_state(path, complete));
  println("written to ", path);
  return true;
}

}  // namespace

bool complete_count_demo(const demo::Options& options) {
  const SignalScope scope(SIGINT);
  const std::size_t tasks = options.count("shared-tasks");
  const demo::WaitingFor waiting("the tasks on four threads, or Ctrl-C", patience(options));
  if (options.interactive) return count_until_the_user_ends_it(tasks);

  const demo::TemporaryFolder folder;  // first: nobody wants to hear at the end that there is none
  const std::string path = folder.path_of(kStateFile);
  println("Ctrl-C after all tasks:");
  const Counters finished = start(SignalKind::interrupt(), {}, tasks, Ending::when_finished());

  println("Ctrl-C after 3.5 s:");
  const Counters partial = start(SignalKind::interrupt(), {}, tasks, Ending::after(3500ms));
  or_throw(write_state(path, partial));

  println("the next start:");
  const Counters saved = or_throw(read_state(path));
  println("read back: ", shown(saved));
  const Counters later = start(SignalKind::interrupt(), saved, tasks, Ending::after(1500ms));
  return is_exact(finished, tasks) && is_consistent(options, partial, tasks) && saved == partial &&
         goes_on_from(saved, later, tasks);
}

bool hangup_demo(const demo::Options& options) {
  const SignalScope scope(SIGHUP);
  const std::size_t tasks = options.count("shared-tasks");
  const demo::WaitingFor waiting("SIGHUP", patience(options));
  println("The PID of this process is: ", demo::shown(options, ::getpid(), "<pid>"));
  if (options.interactive) println("in another terminal: kill -HUP ", ::getpid());
  const auto ending = options.interactive ? Ending::by_the_user() : Ending::after(3500ms);
  const Counters partial = start(SignalKind::hangup(), {}, tasks, ending);
  return options.interactive || is_consistent(options, partial, tasks);
}

}  // namespace ch07
