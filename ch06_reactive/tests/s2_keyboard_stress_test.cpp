// s2_keyboard_stress_test.cpp -- callbacks come and go while keys are pressed, and a million of them leave nothing.
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s2_keyboard.hpp"
#include "ch06_reactive/tests/live_bytes.hpp"

namespace ch06 {
namespace {

// The same key, until it is stopped. Its name is too short to be allocated: live_bytes() is exact meanwhile.
class StuckKey : public KeySource {
 public:
  std::optional<Key> next() override {
    if (is_stopped_) return std::nullopt;
    base::yield_thread();
    return Key("a");
  }
  void stop() noexcept override { is_stopped_ = true; }

 private:
  base::Atomic<bool> is_stopped_ = false;
};

// What a callback and who drops its guard know of each other. Shared, so that a call that comes too late finds it.
struct Life {
  base::Atomic<bool> was_called = false;
  base::Atomic<bool> is_over = false;  // the guard's destructor has returned
};

enum class Drop { at_once, in_a_call };

// `late` counts the calls that go on after that.
void come_and_go(Keyboard& keyboard, Drop drop, base::Atomic<int>& late) {
  const auto life = std::make_shared<Life>();
  {
    const CallbackGuard guard = keyboard.on_key_down([life, &late](const Key&) {
      life->was_called = true;
      base::yield_thread();
      if (life->is_over) ++late;
    });
    while (drop == Drop::in_a_call && !life->was_called) base::yield_thread();
  }
  life->is_over = true;
}

TEST(KeyboardStressTest, GuardsDroppedWhileKeysCome_AreNotCalledAfterwards) {
  const Deadline deadline("a guard waits for a call that does not end");
  base::Atomic<int> heard = 0, late = 0;
  Keyboard keyboard(std::make_unique<StuckKey>());
  const CallbackGuard stays = keyboard.on_key_down([&heard](const Key&) { ++heard; });
  keyboard.start();
  const auto while_100_keys_come = [&keyboard, &heard, &late] {
    for (int i = 0; i < 5000 || heard < 100; ++i) {
      come_and_go(keyboard, i % 100 == 0 ? Drop::in_a_call : Drop::at_once, late);
    }
  };
  {
    const base::Thread other(while_100_keys_come);
    while_100_keys_come();
  }
  EXPECT_EQ(late, 0);
}

TEST(KeyboardStressTest, MillionCallbacks_LeaveNothing) {
  const Deadline deadline("the million never ended");
  base::Atomic<int> late = 0;
  Keyboard keyboard(std::make_unique<StuckKey>());
  const auto all_come_and_go = [&keyboard, &late](int count) {
    for (int i = 0; i < count; ++i) come_and_go(keyboard, Drop::at_once, late);
  };
  keyboard.start();
  all_come_and_go(1000);
  const std::size_t before = live_bytes();
  all_come_and_go(1'000'000);
  EXPECT_LT(live_bytes(), before + kNothing);
}

}  // namespace
}  // namespace ch06
