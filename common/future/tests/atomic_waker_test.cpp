// atomic_waker_test.cpp -- AtomicWaker: the newest waker is woken once; a wake while it registers is not
// lost.
#include "common/future/atomic_waker.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/future/tests/counting_waker.hpp"

namespace {

using namespace async;

TEST(AtomicWakerTest, TheNewestIsWoken_Once) {
  CountingWaker first, second;
  const Waker one = first.waker(), two = second.waker();
  AtomicWaker slot;
  slot.register_waker(one);
  slot.register_waker(one);
  EXPECT_EQ(first.clones(), 1u);
  slot.register_waker(two);
  EXPECT_EQ(first.live(), 1u);
  slot.wake();
  slot.wake();
  EXPECT_EQ(first.woken(), 0u);
  EXPECT_EQ(second.woken(), 1u);
  EXPECT_EQ(second.live(), 1u);
}

TEST(AtomicWakerTest, NobodyRegistered_WakingIsWithoutEffect) {
  AtomicWaker slot;
  slot.wake();
  CountingWaker counted;
  const Waker waker = counted.waker();
  slot.register_waker(waker);
  {
    const Waker mine = slot.take();
  }
  EXPECT_EQ(counted.live(), 1u);
  slot.wake();
  EXPECT_EQ(counted.woken(), 0u);
}

TEST(AtomicWakerTest, DestroyedWithAWaker_DropsIt) {
  CountingWaker counted;
  const Waker waker = counted.waker();
  {
    AtomicWaker slot;
    slot.register_waker(waker);
    EXPECT_EQ(counted.live(), 2u);
  }
  EXPECT_EQ(counted.live(), 1u);
}

// A waker whose clone wakes the very slot that it is put into: that is what another thread may do at this
//   moment.
struct Meddler {
  AtomicWaker slot;
  std::size_t woken = 0;
  bool meddles_in_clone = false, meddles_in_drop = false;

  static Meddler& from(const void* data) { return *const_cast<Meddler*>(static_cast<const Meddler*>(data)); }
  static RawWaker clone(const void* data) noexcept {
    if (std::exchange(from(data).meddles_in_clone, false)) from(data).slot.wake();
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept { ++from(data).woken; }
  static void drop(const void* data) noexcept {
    if (std::exchange(from(data).meddles_in_drop, false)) from(data).slot.wake();
  }
  static constexpr RawWakerVTable kTable{&clone, &wake, &wake, &drop};
};

// Question: the wake comes while the waker is being put in. The slot cannot be touched then. Who wakes?
// Predict `woken`. Break in `AtomicWaker::register_waker`.
TEST(AtomicWakerTest, AWakeWhileItRegisters_IsForTheNewOne) {
  Meddler meddler;
  const Waker waker(RawWaker{&meddler, &Meddler::kTable});
  meddler.meddles_in_clone = true;
  meddler.slot.register_waker(waker);
  EXPECT_EQ(meddler.woken, 1u);
  meddler.slot.wake();
  EXPECT_EQ(meddler.woken, 1u);  // nothing is left in the slot
}

TEST(AtomicWakerTest, TheReplacedWakersEnd_MayComeBack) {
  Meddler meddler;
  CountingWaker counted;
  const Waker old(RawWaker{&meddler, &Meddler::kTable}), newest = counted.waker();
  meddler.slot.register_waker(old);
  meddler.meddles_in_drop = true;
  meddler.slot.register_waker(newest);
  EXPECT_EQ(counted.woken(), 1u);
  EXPECT_EQ(counted.live(), 1u);
}

}  // namespace
