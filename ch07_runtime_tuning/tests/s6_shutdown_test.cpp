// s6_shutdown_test.cpp -- the state at a signal: exact if all is finished, else a part that fits together.
#include "ch07_runtime_tuning/s6_shutdown.hpp"

#include <csignal>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

class ShutdownTest : public testing::Test {
 protected:
  Counters count(SignalKind kind, std::size_t tasks, Ending ending) {
    const SignalScope scope(kind.as_raw());
    const LocalPoolHandle pool(4);
    return run_async_main([&] { return count_until(kind, pool, tasks, ending); },
                          RuntimeFlavor::current_thread);
  }

  const Deadline deadline_{"the signal was never heard"};
  const demo::CapturedLines printed_;
};

// Read this one first.
// Question: the signal comes when all is done; or after 3.5 s. What have four threads counted, of 1000 tasks?
// Predict. Break in `send_signal`, then in `get_complete_count`.
TEST_F(ShutdownTest, SignalAfterTheEnd_FindsExactTotals) {
  const PausedClock clock;
  EXPECT_EQ(shown(count(SignalKind::interrupt(), 1000, Ending::when_finished())),
            "{1: 400, 2: 400, 3: 400, 4: 400, 5: 400}");
  EXPECT_EQ(printed_.text(), "All futures completed\nctrl-c received!\n");
}

TEST_F(ShutdownTest, SignalInTheMiddle_FindsWhatIsDoneByThen) {
  const PausedClock clock;
  EXPECT_EQ(shown(count(SignalKind::interrupt(), 1000, Ending::after(3500ms))), "{1: 400, 2: 200, 3: 200}");
  EXPECT_EQ(printed_.text(), "ctrl-c received!\n");
  EXPECT_EQ(now(), Instant(3500ms));
}

TEST_F(ShutdownTest, Hangup_DoesTheSame) {
  const PausedClock clock;
  EXPECT_EQ(shown(count(SignalKind::hangup(), 1000, Ending::after(6500ms))),
            "{1: 400, 2: 400, 3: 400, 4: 200, 5: 200}");
  EXPECT_EQ(printed_.text(), "SIGHUP received!\n");
}

// In real time the moment is luck; the sum is not: never more than there are additions, and none
// of a key twice.
TEST_F(ShutdownTest, RealTime_GivesNoMoreThanThereIs) {
  const SystemClock clock(1000);
  const Counters partial = count(SignalKind::interrupt(), 5000, Ending::after(3500ms));
  for (const auto& [key, value] : partial) EXPECT_LE(value, additions(5000, key));
  const Counters all = count(SignalKind::interrupt(), 5000, Ending::when_finished());
  for (std::uint32_t key = 1; key <= 5; ++key) EXPECT_EQ(all.at(key), additions(5000, key));
}

}  // namespace
}  // namespace ch07
