// s2_keyboard_stress_test.cpp -- a million callbacks come and go, while keys are pressed.
#include <gtest/gtest.h>
#include <memory>
#include <optional>

#include "common/base/atomic.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s2_keyboard.hpp"
#include "ch06_reactive/tests/live_bytes.hpp"

namespace ch06 {
namespace {

// The same key, until it is stopped.
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

void come_and_go(Keyboard& keyboard) {
  // Were it called after its guard's end, it would write into what is gone.
  int heard = 0;
  const CallbackGuard guard = keyboard.on_key_down([&heard](const Key&) { ++heard; });
}

TEST(KeyboardStressTest, GuardsDroppedWhileKeysCome_AreNotCalledAfterwards) {
  const Deadline deadline("a guard waits for a call that does not end");
  Keyboard keyboard(std::make_unique<StuckKey>());
  base::Atomic<int> heard = 0;
  const CallbackGuard stays = keyboard.on_key_down([&heard](const Key&) { ++heard; });
  keyboard.start();
  const auto while_100_keys_come = [&keyboard, &heard] {
    for (int i = 0; i < 5000 || heard < 100; ++i) come_and_go(keyboard);
  };
  base::Thread other(while_100_keys_come);
  while_100_keys_come();
}

TEST(KeyboardStressTest, MillionCallbacks_LeaveNothing) {
  Keyboard keyboard(std::make_unique<StuckKey>());
  for (int i = 0; i < 1000; ++i) come_and_go(keyboard);
  const std::size_t before = live_bytes();
  for (int i = 0; i < 1'000'000; ++i) come_and_go(keyboard);
  EXPECT_LT(live_bytes(), before + kNothing);
}

}  // namespace
}  // namespace ch06
