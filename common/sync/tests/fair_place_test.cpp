// fair_place_test.cpp -- what is true of everything with one place: turns, budgets, dropped futures.
//
// One contract for Mutex, the writers of an RwLock, and semaphores, plain and owned: one mechanism.
#include <array>
#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/future/budget.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/rw_lock.hpp"
#include "common/sync/semaphore.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;

struct MutexPlace {
  Mutex<int> mutex;
  auto ask() { return mutex.lock(); }
  bool is_free() { return mutex.try_lock().has_value(); }
};
struct OwnedMutexPlace {
  std::shared_ptr<Mutex<int>> mutex = std::make_shared<Mutex<int>>();
  auto ask() { return lock_owned(mutex); }
  bool is_free() { return try_lock_owned(mutex).has_value(); }
};
struct WriterPlace {
  RwLock<int> lock;
  auto ask() { return lock.write(); }
  bool is_free() { return lock.try_write().has_value(); }
};
struct OwnedWriterPlace {
  std::shared_ptr<RwLock<int>> lock = std::make_shared<RwLock<int>>();
  auto ask() { return write_owned(lock); }
  bool is_free() { return try_write_owned(lock).has_value(); }
};
struct SoleReaderPlace {
  RwLock<int> lock{0, 1};
  auto ask() { return lock.read(); }
  bool is_free() { return lock.try_read().has_value(); }
};
struct OnePermitPlace {
  Semaphore semaphore{1};
  auto ask() { return semaphore.acquire(); }
  bool is_free() { return semaphore.try_acquire().has_value(); }
};
struct OwnedPermitPlace {
  std::shared_ptr<Semaphore> semaphore = std::make_shared<Semaphore>(1);
  auto ask() { return acquire_owned(semaphore); }
  bool is_free() { return try_acquire_owned(semaphore).has_value(); }
};
struct ThreePermitsPlace {
  Semaphore semaphore{3};
  auto ask() { return semaphore.acquire(3); }
  bool is_free() { return semaphore.try_acquire(3).has_value(); }
};

template <class Place>
class FairPlaceTest : public testing::Test {
 protected:
  using Ask = Polled<decltype(std::declval<Place&>().ask())>;
  auto make() {
    return [this] { return place_.ask(); };
  }
  Place place_;
};
using Places = testing::Types<MutexPlace, OwnedMutexPlace, WriterPlace, OwnedWriterPlace, SoleReaderPlace,
                              OnePermitPlace, OwnedPermitPlace, ThreePermitsPlace>;
TYPED_TEST_SUITE(FairPlaceTest, Places);

// Read this one first.
// Question: one has the place, three wait. It goes back, and the first waiter is dropped before it is polled.
// Predict: who has it then, and how often is each woken? Break in `SemaphoreCore::leave`.
TYPED_TEST(FairPlaceTest, DroppedBetweenItsWakeAndItsPoll_PassesThePlaceOn) {
  Polled holder(this->make()), first(this->make()), second(this->make()), third(this->make());
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());

  holder.drop();
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 0u) << "it is the first one's already, though that one does not know";
  EXPECT_FALSE(this->place_.is_free());

  first.drop();
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_FALSE(this->place_.is_free());
  EXPECT_TRUE(second.poll());
  EXPECT_FALSE(third.poll());
  second.drop();
  EXPECT_EQ(third.wakes(), 1u);
  third.drop();
  EXPECT_TRUE(this->place_.is_free()) << "nobody is left who would want it";
}

TYPED_TEST(FairPlaceTest, DroppedUnpolled_TouchesNothing) {
  {
    Polled unpolled(this->make());
  }
  Polled holder(this->make()), waits(this->make());
  EXPECT_TRUE(holder.poll());
  {
    Polled unpolled(this->make());
  }
  EXPECT_FALSE(waits.poll());
  {
    Polled unpolled(this->make());
  }
  EXPECT_FALSE(this->place_.is_free());
  EXPECT_EQ(waits.wakes(), 0u);
  holder.drop();
  EXPECT_TRUE(waits.poll());
}

TYPED_TEST(FairPlaceTest, DroppedWhileItWaits_LeavesTheQueue_TheFirstTheMiddleOrTheLast) {
  for (std::size_t dropped = 0; dropped < 3; ++dropped) {
    Polled holder(this->make());
    EXPECT_TRUE(holder.poll());
    std::deque<typename TestFixture::Ask> queue;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(queue.emplace_back(this->make()).poll());
    queue[dropped].drop();
    EXPECT_EQ(queue[dropped].kept_wakers(), 0u);
    holder.drop();
    for (std::size_t i = 0; i < 3; ++i) {
      if (i == dropped) continue;
      EXPECT_EQ(queue[i].wakes(), 1u) << i;
      EXPECT_TRUE(queue[i].poll()) << i;
      queue[i].drop();
    }
    EXPECT_EQ(queue[dropped].wakes(), 0u);
    EXPECT_TRUE(this->place_.is_free());
  }
}

TYPED_TEST(FairPlaceTest, AllWhoWaitDropped_LeaveItToTheNextToCome) {
  Polled holder(this->make());
  EXPECT_TRUE(holder.poll());
  {
    Polled first(this->make()), second(this->make());
    EXPECT_FALSE(first.poll() || second.poll());
  }
  holder.drop();
  EXPECT_TRUE(this->place_.is_free());
}

TYPED_TEST(FairPlaceTest, AFreePlace_IsGivenAtTheFirstPoll_AndClonesNoWaker) {
  Polled only(this->make());
  EXPECT_TRUE(only.poll());
  EXPECT_EQ(only.clones(), 0u);
}

// Predict: the second future was made first. Who gets it?
TYPED_TEST(FairPlaceTest, TheFirstPoll_DecidesTheOrder_AndNobodyComesInBetween) {
  Polled holder(this->make()), made_first(this->make()), made_last(this->make());
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(made_last.poll() || made_first.poll());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(made_last.poll());  // for no reason: it keeps its place
  EXPECT_EQ(made_last.clones(), 1u) << "the same waker is not cloned again";
  holder.drop();
  EXPECT_EQ(made_last.wakes(), 1u);
  Polled newcomer(this->make());
  EXPECT_FALSE(newcomer.poll() || made_first.poll());
  EXPECT_TRUE(made_last.poll());
}

TYPED_TEST(FairPlaceTest, PolledByAnotherTask_WakesTheNewestAndDropsTheOldWaker) {
  CountingTask new_task;
  Polled holder(this->make()), moved(this->make());
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(moved.poll());
  EXPECT_EQ(moved.kept_wakers(), 1u);
  EXPECT_FALSE(moved.poll_as(new_task));
  EXPECT_EQ(moved.kept_wakers(), 0u);
  holder.drop();
  EXPECT_EQ(moved.wakes(), 0u);
  EXPECT_EQ(new_task.take_wakes(), 1u);
  EXPECT_EQ(new_task.kept_wakers(), 0u) << "the wake has used it up";
}

TYPED_TEST(FairPlaceTest, APlaceThatComesFreeWhileTheWakerIsCloned_IsTakenInThatPoll) {
  Polled holder(this->make());
  EXPECT_TRUE(holder.poll());
  HookedWaker hooked;
  hooked.on_clone = [&] { holder.drop(); };
  const Waker waker = hooked.waker();
  Polled asks(this->make());
  EXPECT_TRUE(asks.poll_with(waker)) << "nobody is left who would wake it";
}

// What a waker may do in each of its functions: use what calls it.
TYPED_TEST(FairPlaceTest, AWakersFunctions_AreCalledWithoutALock) {
  int looks = 0;
  HookedWaker hooked;
  hooked.on_clone = hooked.on_wake = hooked.on_drop = [&] {
    ++looks;
    EXPECT_FALSE(this->place_.is_free());  // would wait for ever if a lock were held
    Polled another(this->make());
    EXPECT_FALSE(another.poll());
  };
  const Waker waker = hooked.waker();
  Polled holder(this->make()), last_holder(this->make());
  EXPECT_TRUE(holder.poll());
  {
    CountingTask other;
    Polled woken(this->make()), replaced(this->make()), dropped(this->make());
    EXPECT_FALSE(woken.poll_with(waker) || replaced.poll_with(waker) || dropped.poll_with(waker));
    EXPECT_EQ(looks, 3);
    EXPECT_FALSE(replaced.poll_as(other));
    dropped.drop();
    holder.drop();
    EXPECT_EQ(looks, 6);
    EXPECT_FALSE(last_holder.poll());
  }
  EXPECT_TRUE(last_holder.poll());
  hooked.on_drop = nullptr;
}

// Predict: the place is free, but the task's share of this poll is used up. What does the future say?
TYPED_TEST(FairPlaceTest, ABudgetThatIsSpent_SendsTheTaskToTheBackOfItsQueue) {
  Polled asks(this->make());
  {
    const Budget::Scope spent(0);
    EXPECT_FALSE(asks.poll());
    EXPECT_EQ(asks.wakes(), 1u);
    EXPECT_TRUE(this->place_.is_free()) << "it does not wait, it was not looked at";
  }
  const Budget::Scope one(1);
  EXPECT_TRUE(asks.poll());
  EXPECT_FALSE(Budget::has_any_left());
}

TYPED_TEST(FairPlaceTest, ABudgetThatIsSpent_KeepsAWaitersPlaceInTheQueue) {
  Polled holder(this->make()), first(this->make()), second(this->make());
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(first.poll() || second.poll());
  holder.drop();
  {
    const Budget::Scope spent(0);
    EXPECT_FALSE(first.poll());
    EXPECT_EQ(first.wakes(), 2u);  // the place, and its own
  }
  EXPECT_FALSE(second.poll());
  EXPECT_TRUE(first.poll());
}

TYPED_TEST(FairPlaceTest, PolledAfterItIsReady_StopsTheProgram) {
  auto future = this->place_.ask();
  CountingTask task;
  const auto kept = task.poll(future);
  EXPECT_TRUE(kept.is_ready());
  EXPECT_DEATH((void)task.poll(future), "polled after it gave its guard or its permit");
}

// The future keeps what it waits for alive, and then its guard does.
template <class Place>
class OwnedPlaceTest : public testing::Test {};
using OwnedPlaces = testing::Types<OwnedMutexPlace, OwnedWriterPlace, OwnedPermitPlace>;
TYPED_TEST_SUITE(OwnedPlaceTest, OwnedPlaces);

TYPED_TEST(OwnedPlaceTest, TheLastGuard_MayOutliveEveryOtherOwner) {
  std::optional<TypeParam> place(std::in_place);
  const auto make = [&] { return place->ask(); };
  Polled holder(make), waits(make), unpolled(make), dropped(make);
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(waits.poll() || dropped.poll());
  place.reset();
  dropped.drop();
  unpolled.drop();
  holder.drop();
  EXPECT_EQ(waits.wakes(), 1u);
  EXPECT_TRUE(waits.poll());
}  // AddressSanitizer sees what is freed too early, and what is never freed

TEST(OwnedPlaceDeathTest, NoOwnerAtAll_StopsTheProgram) {
  EXPECT_DEATH((void)lock_owned(std::shared_ptr<Mutex<int>>()), "a mutex that is not there");
  EXPECT_DEATH((void)try_lock_owned(std::shared_ptr<Mutex<int>>()), "a mutex that is not there");
  EXPECT_DEATH((void)write_owned(std::shared_ptr<RwLock<int>>()), "an RwLock that is not there");
  EXPECT_DEATH((void)try_read_owned(std::shared_ptr<RwLock<int>>()), "an RwLock that is not there");
  EXPECT_DEATH((void)acquire_owned(std::shared_ptr<Semaphore>()), "a semaphore that is not there");
  EXPECT_DEATH((void)try_acquire_owned(std::shared_ptr<Semaphore>()), "a semaphore that is not there");
}

}  // namespace
