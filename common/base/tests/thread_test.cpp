// thread_test.cpp -- a thread is joined, has a name, destroys its captures in time, and is counted while it is busy.
#include "common/base/thread.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <pthread.h>
#include <string>
#include <system_error>
#include <utility>

#include "common/base/atomic.hpp"

namespace {

using namespace async::base;

// Counts, and checks what every caller promises.
class CountedActivity final : public Activity {
 public:
  CountedActivity() { Activity::of_this_thread() = this; }
  ~CountedActivity() { Activity::of_this_thread() = nullptr; }

  void one_more_is_busy() noexcept override {
    counted_by = ::pthread_self();
    ++busy;
  }
  void this_one_is_blocked() noexcept override {
    if (--busy == 0) ++all_blocked;
  }

  Atomic<int> busy = 1, all_blocked = 0;
  Atomic<pthread_t> counted_by = 0;  // the latest one
};

TEST(ThreadTest, Destructor_Joins) {
  int written = 0;
  {
    const Thread other([&] { written = 1; });
  }
  EXPECT_EQ(written, 1);
}

TEST(ThreadTest, MoveAssignment_JoinsTheOldOne) {
  int first = 0, second = 0;
  Thread thread([&] { first = 1; });
  thread = Thread([&] { second = 1; });
  EXPECT_EQ(first, 1);
  thread.join();
  EXPECT_EQ(second, 1);
  EXPECT_FALSE(thread.joinable());
}

TEST(ThreadTest, Arguments_AreMovedIn) {
  int sum = 0;
  Thread([&sum](std::unique_ptr<int> a, int b) { sum = *a + b; }, std::make_unique<int>(40), 2).join();
  EXPECT_EQ(sum, 42);
}

TEST(ThreadTest, Name_IsTheThreadsOwnAndTheSystemsFirst15Bytes) {
  std::string mine, systems(32, '\0');
  Thread("a name of more than 15 bytes", [&] {
    mine = thread_name();
    ::pthread_getname_np(::pthread_self(), systems.data(), systems.size());
  }).join();
  EXPECT_EQ(mine, "a name of more than 15 bytes");
  EXPECT_STREQ(systems.c_str(), "a name of more ");
  EXPECT_EQ(thread_name(), "main");
}

TEST(ThreadTest, StartedThread_CountsAsBusyBeforeItRuns) {
  CountedActivity activity;
  Atomic<bool> go = false;
  Thread other([&] {
    while (!go.load()) yield_thread();  // it blocks nowhere
  });
  EXPECT_EQ(activity.busy, 2);
  EXPECT_EQ(activity.counted_by, ::pthread_self());  // not by itself, once it runs
  go = true;
  other.join();
  EXPECT_EQ(activity.busy, 1);
}

TEST(ThreadTest, Join_CountsAsBlockedAndTheEndOfTheThreadAsAWakeUp) {
  for (int round = 0; round < 100; ++round) {
    CountedActivity activity;
    Thread([] {}).join();
    EXPECT_EQ(activity.busy, 1);
    EXPECT_EQ(activity.all_blocked, 0);  // at every moment one of the two was counted
  }
}

TEST(ThreadTest, ParkAndUnpark_NeverLeaveAMomentWithoutABusyThread) {
  CountedActivity activity;
  Parker ping, pong;
  Thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      ping.park();
      pong.unpark();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    ping.unpark();
    pong.park();
  }
  other.join();
  EXPECT_EQ(activity.all_blocked, 0);
  EXPECT_EQ(activity.busy, 1);
}

TEST(ThreadTest, Captures_AreDestroyedWhileTheThreadStillCounts) {
  struct Notes {
    CountedActivity* activity;
    int* busy_then;
    Notes(CountedActivity& a, int& b) : activity(&a), busy_then(&b) {}
    Notes(Notes&& other) noexcept
        : activity(std::exchange(other.activity, nullptr)), busy_then(other.busy_then) {}
    ~Notes() {
      if (activity == nullptr) return;
      *busy_then = activity->busy;
      EXPECT_EQ(Activity::of_this_thread(), activity);
    }
    void operator()() const {}
  };
  CountedActivity activity;
  int busy_then = 0;
  Thread other(Notes(activity, busy_then));
  other.join();
  EXPECT_GE(busy_then, 1);
}

// A member that is const cannot be moved: a copy of it must not outlive the count either.
TEST(ThreadTest, ConstCaptures_AreDestroyedWhileTheThreadStillCounts) {
  CountedActivity activity;
  Activity* seen = nullptr;
  const auto start = [&activity, &seen](const std::shared_ptr<int> kept) {
    return Thread([kept, &activity, &seen] { seen = &activity; });
  };
  bool died_while_it_counted = false;
  Thread other = start(std::shared_ptr<int>(new int(1), [&](const int* value) {
    died_while_it_counted = Activity::of_this_thread() == &activity;
    delete value;
  }));
  other.join();
  EXPECT_EQ(seen, &activity);
  EXPECT_TRUE(died_while_it_counted);
}

TEST(ThreadTest, SecondJoin_IsAnErrorAndNoHang) {
  CountedActivity activity;
  Thread other([] {});
  other.join();
  EXPECT_THROW(other.join(), std::system_error);
}

TEST(ThreadTest, JoinOfAThreadThatCountsElsewhere_IsToBeBusy) {
  CountedActivity elsewhere;
  Thread other([] {});
  CountedActivity here;
  other.join();
  EXPECT_EQ(here.busy, 1);
  EXPECT_EQ(here.all_blocked, 0);
  EXPECT_EQ(elsewhere.busy, 1);
}

TEST(ThreadTest, Bystander_TakesNoPart) {
  CountedActivity activity;
  Activity* seen = &activity;
  Thread other(Bystander{}, [&] { seen = Activity::of_this_thread(); });
  other.join();
  EXPECT_EQ(seen, nullptr);
  EXPECT_EQ(activity.busy, 1);
  EXPECT_EQ(activity.all_blocked, 0);  // to wait for it is to be busy
}

}  // namespace
