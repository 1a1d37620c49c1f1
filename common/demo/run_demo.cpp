// run_demo.cpp -- one demo, by the clock and with the output that the options ask for.
#include "common/demo/run_demo.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/thread.hpp"
#include "common/demo/output.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/system_clock.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

// What --quiet and --when make of the lines, on their way to where they went before.
class DemoOutput : public Output {
 public:
  DemoOutput(const Options& options, const Clock& clock)
      : options_(options), clock_(clock), to_(current_output()) {}

  void write_line(std::string_view line) override {
    if (options_.quiet) return;
    to_.write_line(options_.when ? when() + std::string(line) : std::string(line));
  }

  [[nodiscard]] bool is_terminal() const override { return to_.is_terminal(); }

 private:
  // By the demo's clock, also in a thread that takes no part in it. Its time began with the demo.
  [[nodiscard]] std::string when() const {
    const std::chrono::duration<double> time = clock_.now().time_since_epoch();
    std::array<char, 32> seconds{"     <s>"};
    if (options_.paused || !options_.placeholders) {
      std::snprintf(seconds.data(), seconds.size(), "%8.3f", time.count());
    }
    std::string thread(base::thread_name());
    thread.resize(std::max<std::size_t>(thread.size(), 10), ' ');
    return seconds.data() + (" " + thread) + " ";
  }

  const Options& options_;
  const Clock& clock_;
  Output& to_;
};

int run_by(const Clock& clock, const Demo& demo, const Options& options) {
  DemoOutput output(options, clock);
  const InstalledOutput installed(output);
  // For what a demo does not name itself. Far more than any demo takes; but a user may take his time.
  std::optional<WaitingFor> whole_demo;
  if (!options.interactive) {
    whole_demo.emplace(
        "the demo " + std::string(demo.name) + " to end",
        std::max<std::chrono::nanoseconds>(options.limit(std::chrono::minutes(20)), std::chrono::minutes(2)));
  }
  try {
    if (demo.run(options)) return 0;
    std::fprintf(stderr, "%s: what this demo promises did not happen\n", demo.name);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "error: %s threw something that is no std::exception\n", demo.name);
  }
  return 1;
}

}  // namespace

int run_demo(const Demo& demo, const Options& options) {
  if (options.paused) {
    PausedClock clock;
    clock.on_stall(report_stall);
    return run_by(clock, demo, options);
  }
  SystemClock clock(options.speed);
  return run_by(clock, demo, options);
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
