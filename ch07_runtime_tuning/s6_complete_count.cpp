// s6_complete_count.cpp -- the demos of 7.6 about state: Ctrl-C and SIGHUP while four threads count, and the next start.
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s6_shutdown.hpp"
#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;

constexpr std::size_t kThreads = 4;

// A file that is there at the next start, or one that goes with the demo.
class StateFile {
 public:
  explicit StateFile(bool stays) : folder_(std::filesystem::temp_directory_path()) {
    if (stays) return;
    std::string name = (folder_ / "ch07_runtime_tuning.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(),
                              "cannot make a temporary folder; set TMPDIR to one that you may write to");
    }
    folder_ = own_ = name;
  }
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;
  ~StateFile() {
    std::error_code ignored;  // what cannot be removed stays: nobody could do anything about it here
    if (!own_.empty()) std::filesystem::remove_all(own_, ignored);
  }
  [[nodiscard]] std::string path() const { return (folder_ / "ch07_counter.txt").string(); }

 private:
  std::filesystem::path folder_, own_;
};

template <class T>
T or_throw(std::expected<T, std::string> result) {
  if (!result) throw std::runtime_error(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

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

// You press Ctrl-C, whenever you like; the file stays, and the next start goes on from there.
bool count_until_the_user_ends_it(std::size_t tasks) {
  const StateFile file(true);
  Counters saved;
  if (std::filesystem::exists(file.path())) {
    saved = or_throw(read_state(file.path()));
    println("read from ", file.path(), ": ", shown(saved));
  }
  println("press Ctrl-C to end it");
  const Counters complete = start(SignalKind::interrupt(), saved, tasks, Ending::by_the_user());
  or_throw(write_state(file.path(), complete));
  println("written to ", file.path());
  return true;
}

}  // namespace

bool complete_count_demo(const demo::Options& options) {
  const SignalScope scope(SIGINT);
  const std::size_t tasks = options.count("shared-tasks");
  const demo::WaitingFor waiting("the tasks on four threads, or Ctrl-C", patience(options));
  if (options.interactive) return count_until_the_user_ends_it(tasks);

  println("Ctrl-C after all tasks:");
  const Counters finished = start(SignalKind::interrupt(), {}, tasks, Ending::when_finished());

  println("Ctrl-C after 3.5 s:");
  const StateFile file(false);
  const Counters partial = start(SignalKind::interrupt(), {}, tasks, Ending::after(3500ms));
  or_throw(write_state(file.path(), partial));

  println("the next start:");
  const Counters saved = or_throw(read_state(file.path()));
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
