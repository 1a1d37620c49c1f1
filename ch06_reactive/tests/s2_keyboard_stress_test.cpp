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

void come_and_go(Keyboard& keyboard, int times) {
  for (int i = 0; i < times; ++i) {
    // Were it called after its guard's end, it would write into what is gone.
    int heard = 0;
    const CallbackGuard guard = keyboard.on_key_down([&heard](const Key&) { ++heard; });
  }
}

TEST(KeyboardStressTest, GuardsDroppedWhileKeysCome_AreNotCalledAfterwards) {
  const Deadline deadline("a guard waits for a call that does not end");
  Keyboard keyboard(std::make_unique<StuckKey>());
  base::Atomic<int> heard = 0;
  const CallbackGuard stays = keyboard.on_key_down([&heard](const Key&) { ++heard; });
  keyboard.start();
  {
    base::Thread other([&keyboard] { come_and_go(keyboard, 5000); });
    come_and_go(keyboard, 5000);
  }
  EXPECT_GT(heard, 0);
}

TEST(KeyboardStressTest, MillionCallbacks_LeaveNothing) {
  Keyboard keyboard(std::make_unique<StuckKey>());
  come_and_go(keyboard, 1000);
  const std::size_t before = live_bytes();
  come_and_go(keyboard, 1'000'000);
  EXPECT_LT(live_bytes(), before + kNothing);
}

}  // namespace
}  // namespace ch06
