// s2_keyboard_test.cpp -- who is called for a key, in which thread, and until when.
#include "ch06_reactive/s2_keyboard.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/parker.hpp"
#include "common/channel/channel.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

// Keys that the test presses.
class HandKeys : public KeySource {
 public:
  explicit HandKeys(Receiver<Key> keys) : keys_(std::move(keys)) {}
  std::optional<Key> next() override {
    auto key = keys_.recv();
    if (!key) return std::nullopt;
    return *std::move(key);
  }
  void stop() noexcept override { keys_.close(); }

 private:
  Receiver<Key> keys_;
};

class KeyboardTest : public testing::Test {
 protected:
  void press(const char* name) {
    ASSERT_TRUE(keys_.sender.send(Key(name)));
    was_called_.park();
  }
  KeyCallback noting(Names& names) {
    return [this, &names](const Key& key) {
      names.push_back(key.name);
      was_called_.unpark();
    };
  }

  const Deadline deadline_{"a key was not heard"};
  Channel<Key> keys_ = unbounded<Key>();
  base::Parker was_called_;
  std::exception_ptr failed_;
  base::Parker ended_;
  Keyboard keyboard_{std::make_unique<HandKeys>(keys_.receiver.clone()), [this](std::exception_ptr why) {
                       failed_ = std::move(why);
                       ended_.unpark();
                     }};
};

// Read this one first.
// Question: one guard is dropped between two keys. Who hears the second one?
// Predict. Break in `KeyListeners::remove`: what does it wait for?
TEST_F(KeyboardTest, DroppedGuard_StopsItsCallbackAlone) {
  Names first, second;
  std::optional<CallbackGuard> guard(
      keyboard_.on_key_down([&first](const Key& key) { first.push_back(key.name); }));
  const CallbackGuard stays = keyboard_.on_key_down(noting(second));
  keyboard_.start();
  press("a");
  guard.reset();
  press("b");
  EXPECT_EQ(first, (Names{"a"}));
  EXPECT_EQ(second, (Names{"a", "b"}));
}

TEST_F(KeyboardTest, Callbacks_RunInTheKeyboardsThread) {
  std::string thread;
  const CallbackGuard guard = keyboard_.on_key_down([&](const Key&) {
    thread = base::thread_name();
    was_called_.unpark();
  });
  keyboard_.start();
  press("a");
  EXPECT_EQ(thread, "keyboard");
}

// Question: the callback is running when its guard is dropped elsewhere. When does the destructor return?
// Predict. Break in `KeyListeners::remove`, at its second lock.
TEST_F(KeyboardTest, GuardDroppedDuringTheCall_WaitsForItsEnd) {
  base::Parker is_inside, is_dropped;
  base::Atomic<bool> has_ended = false;
  std::optional<CallbackGuard> guard(keyboard_.on_key_down([&](const Key&) {
    is_inside.unpark();
    is_dropped.park();  // main is about to be in the destructor, or there
    for (int i = 0; i < 1000; ++i) base::yield_thread();
    has_ended = true;
  }));
  keyboard_.start();
  ASSERT_TRUE(keys_.sender.send(Key("a")));
  is_inside.park();
  is_dropped.unpark();
  guard.reset();
  EXPECT_TRUE(has_ended);
}

TEST_F(KeyboardTest, CallbackThatDropsItsOwnGuard_GoesOnToItsEnd) {
  Names names;
  std::optional<CallbackGuard> guard;
  const auto owned = std::make_shared<std::string>("still there");
  guard.emplace(keyboard_.on_key_down([&, owned](const Key& key) {
    guard.reset();
    names.push_back(key.name + " " + *owned);
  }));
  Names others;
  const CallbackGuard other = keyboard_.on_key_down(noting(others));
  keyboard_.start();
  press("a");
  press("b");
  EXPECT_EQ(names, (Names{"a still there"}));
  EXPECT_EQ(others, (Names{"a", "b"}));
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(KeyboardTest, CallbackThatAddsAnother_IsHeardByItToo) {
  std::optional<CallbackGuard> added;
  Names late;
  const CallbackGuard guard = keyboard_.on_key_down([&](const Key&) {
    if (!added) added.emplace(keyboard_.on_key_down(noting(late)));
  });
  keyboard_.start();
  press("a");
  press("b");
  EXPECT_EQ(late, (Names{"a", "b"}));
}

TEST_F(KeyboardTest, CallbackThatThrows_EndsTheKeysAndIsTold) {
  const CallbackGuard guard =
      keyboard_.on_key_down([](const Key&) { throw std::runtime_error("stuck key"); });
  keyboard_.start();
  ASSERT_TRUE(keys_.sender.send(Key("a")));
  ended_.park();
  ASSERT_NE(failed_, nullptr);
  EXPECT_THROW(std::rethrow_exception(failed_), std::runtime_error);
}

TEST(KeyboardEndTest, Destructor_EndsKeysThatNobodyPresses) {
  const Deadline deadline("the keyboard waits for a key");
  auto keys = unbounded<Key>();
  bool was_told = false;
  std::optional<CallbackGuard> outlives;
  {
    Keyboard keyboard(std::make_unique<HandKeys>(keys.receiver.clone()),
                      [&was_told](std::exception_ptr why) { was_told = why == nullptr; });
    outlives.emplace(keyboard.on_key_down([](const Key&) {}));
    keyboard.start();
  }
  EXPECT_TRUE(was_told);
}

TEST(KeyboardEndTest, KeyboardThatWasNeverStarted_Ends) {
  Keyboard keyboard(std::make_unique<ScriptedKeys>(std::vector<Play>()));
  const CallbackGuard guard = keyboard.on_key_down([](const Key&) {});
}

TEST(ScriptedKeysTest, Pauses_PassByTheClock) {
  const Deadline deadline("a script stands still");
  const PausedClock clock;
  ScriptedKeys keys(parse_script("a,5s,500ms,b").value());
  EXPECT_EQ(keys.next(), Key("a"));
  EXPECT_EQ(now(), Instant(0s));
  EXPECT_EQ(keys.next(), Key("b"));
  EXPECT_EQ(now(), Instant(5500ms));
  EXPECT_FALSE(keys.next());
}

TEST(ScriptedKeysTest, StopInAPause_EndsIt) {
  const Deadline deadline("the pause went on");
  PausedClock clock;  // which does not move by itself while this thread is busy
  ScriptedKeys keys(parse_script("600s,a").value());
  {
    const base::Thread plays([&keys] {
      EXPECT_FALSE(keys.next());
      EXPECT_FALSE(keys.next());
    });
    while (!clock.has_timers()) base::yield_thread();  // the pause has begun
    keys.stop();
  }
  EXPECT_EQ(now(), Instant(0s)) << "it did not wait for its end";
}

}  // namespace
}  // namespace ch06
