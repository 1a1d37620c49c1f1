// async_run.cpp -- a watched run: who looks when nothing can run, and what is told then.
#include "common/testing/async_run.hpp"

#include <exception>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/runtime/builder.hpp"
#include "common/testing/stopped_workers.hpp"
#include "common/testing/watch.hpp"
#include "common/time/paused_clock.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using End = AsyncOutcome::End;

// What block_on runs: the body, until it ends or the watch says that it does not.
class WatchedBody {
 public:
  using Output = AsyncOutcome;

  // `running`: where the coroutine that `body` makes stays, also when this is gone.
  WatchedBody(const std::function<Async<>()>& body, std::optional<Async<>>& running, detail::Watch& watch,
              const Handle& runtime, const AsyncOptions& options)
      : body_(body), running_(running), watch_(watch), runtime_(runtime), options_(options) {}

  Poll<AsyncOutcome> poll(Context& cx) {
    const auto ended = watch_.ended(cx.waker());
    if (ended && running_) return Ready(unfinished(*ended));
    try {
      // The first poll also where the limit is over by then: else nobody could say where it waits.
      if (!running_) running_.emplace(body_());
      if (running_->poll(cx).is_ready()) return Ready(AsyncOutcome(End::finished));
      if (ended) return Ready(unfinished(*ended));
      return Pending();
    } catch (const std::exception& error) {
      return Ready(threw(error.what()));
    } catch (...) {
      return Ready(threw("an exception that is no std::exception"));
    }
  }

 private:
  static AsyncOutcome threw(std::string what) {
    AsyncOutcome outcome(End::threw);
    outcome.what = std::move(what);
    return outcome;
  }

  AsyncOutcome unfinished(End end) {
    AsyncOutcome outcome(end);
    outcome.at = now().time_since_epoch();
    std::ostringstream limit;
    limit << std::chrono::duration<double>(options_.limit).count() << " s";
    outcome.what = limit.str();
    if (running_) outcome.body = running_->waiting_at();
    const detail::StoppedWorkers stopped(runtime_, options_.workers);
    outcome.has_looked = stopped.all();
    if (outcome.has_looked) outcome.tasks = stopped.others();
    return outcome;
  }

  const std::function<Async<>()>& body_;
  std::optional<Async<>>& running_;
  detail::Watch& watch_;
  const Handle& runtime_;
  const AsyncOptions& options_;
};

Runtime build(const AsyncOptions& options) {
  if (options.workers == 0) return Builder::new_current_thread().enable_all().build();
  return Builder::new_multi_thread().worker_threads(options.workers).enable_all().build();
}

// "at main.cpp:12, awaited at main.cpp:30"
void print_places(std::ostream& out, const std::vector<std::source_location>& places) {
  if (places.empty()) out << "somewhere: it is no coroutine, and cannot tell";
  const char* before = "at ";
  for (const std::source_location& place : places) {
    const std::string_view file = place.file_name();
    out << std::exchange(before, ", awaited at ") << file.substr(file.rfind('/') + 1) << ":" << place.line();
  }
}

}  // namespace

std::string AsyncOutcome::message() const {
  if (is_finished()) return "";
  if (end == End::threw) return "an exception left the coroutine: " + what;
  std::ostringstream out;
  if (is_stalled()) {
    out << "everybody waits, and nothing can happen any more";
  } else {
    out << "not finished after " << what << " of real time";
  }
  out << "; by the clock it is " << std::chrono::duration<double>(at).count() << " s\n";
  if (!body.empty()) {
    out << "the body waits ";
    print_places(out, body);
    out << "\n";
  }
  if (!has_looked) out << "where the tasks wait cannot be told: one of them does not give its worker back\n";
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    out << "task " << i + 1 << " of " << tasks.size() << " waits ";
    print_places(out, tasks[i].places);
    out << "\n";
  }
  return out.str();
}

AsyncOutcome run_async(const std::function<Async<>()>& body, const AsyncOptions& options) {
  if (options.limit <= std::chrono::nanoseconds(0))
    throw std::invalid_argument("the limit of a run is more than 0 s");
  detail::Watch watch(options.limit, options.grace);
  std::optional<PausedClock> clock;
  if (!options.real_time) clock.emplace().on_stall([&] { watch.stalled(*clock); });
  std::optional<Runtime> runtime(build(options));
  const Handle handle = runtime->handle();  // keeps the runtime's clock and reactor until the body is gone
  std::optional<Async<>> running;
  AsyncOutcome outcome = runtime->block_on(WatchedBody(body, running, watch, handle, options));
  watch.body_is_over();
  runtime.reset();
  const auto in_the_runtime = handle.enter();
  running.reset();
  return outcome;
}

}  // namespace async::inline ASYNC_FLAVOUR
