// s4_pinning_test.cpp -- what points into itself: moved by hand, by a vector, not at all, and as a coroutine.
#include "ch02_futures/s4_pinning.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/tests/counting_waker.hpp"

namespace ch02 {
namespace {

static_assert(std::is_move_constructible_v<SelfReferential>, "the compiler sees nothing wrong with it");
static_assert(std::is_copy_constructible_v<SelfReferential>);

static_assert(!std::is_move_constructible_v<PinnedSelfReferential>);
static_assert(!std::is_copy_constructible_v<PinnedSelfReferential>);
static_assert(!std::is_move_assignable_v<PinnedSelfReferential> &&
              !std::is_copy_assignable_v<PinnedSelfReferential>);

static_assert(std::is_nothrow_move_constructible_v<Async<bool>> &&
              !std::is_copy_constructible_v<Async<bool>>);

// Question: the struct is moved. Where does its pointer point?
// Predict: null, the new data, or the old? Look at both structs in the debugger. The pointer is compared,
// never followed: in a function that returned its local, the old data would be gone.
TEST(PinningTest, MovedStruct_StillPointsIntoTheOldOne) {
  SelfReferential first("first");
  ASSERT_TRUE(first.points_to_itself());
  const SelfReferential moved_first = std::move(first);
  EXPECT_EQ(moved_first.data, "first") << "the data came along";
  EXPECT_FALSE(moved_first.points_to_itself());
  EXPECT_EQ(moved_first.self_pointer, &first.data);
}

TEST(PinningTest, VectorThatGrows_MovesItsElements) {
  std::vector<SelfReferential> all;
  all.reserve(1);
  all.emplace_back("first");
  ASSERT_TRUE(all[0].points_to_itself());
  const auto room = all.capacity();
  while (all.size() <= room) all.emplace_back("one more");
  EXPECT_FALSE(all[0].points_to_itself());
}

TEST(PinningTest, PinnedStruct_IsBuiltWhereItStays) {
  const auto returned = make_pinned("first");
  EXPECT_TRUE(returned.points_to_itself());

  const auto on_the_heap = std::make_unique<PinnedSelfReferential>("second");
  EXPECT_TRUE(on_the_heap->points_to_itself());

  std::optional<PinnedSelfReferential> later;
  later.emplace("third");
  EXPECT_TRUE(later->points_to_itself());
}

// Question: an Async may be moved although its coroutine points into itself. What moves?
// Predict: is `data` at the same address after the move? Break behind the co_await and compare with
// `addresses`.
TEST(PinningTest, MovedAsync_LeavesItsFrameWhereItIs) {
  CountingTask task;
  std::vector<const std::string*> addresses;
  Async<bool> handle = self_referential_coroutine(addresses);
  EXPECT_TRUE(addresses.empty()) << "nothing runs before the first poll";
  ASSERT_TRUE(task.poll(handle).is_pending());
  ASSERT_EQ(addresses.size(), 1u);

  Async<bool> moved = std::move(handle);
  auto on_the_heap = std::make_unique<Async<bool>>(std::move(moved));
  auto answer = task.poll(*on_the_heap);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value()) << "it points to its own data";
  EXPECT_EQ(addresses.at(0), addresses.at(1));
}

TEST(PinningTest, MovedAsyncThatIsDroppedUnfinished_FreesItsFrameOnce) {
  CountingTask task;
  std::vector<const std::string*> addresses;
  {
    Async<bool> handle = self_referential_coroutine(addresses);
    ASSERT_TRUE(task.poll(handle).is_pending());
    const Async<bool> moved = std::move(handle);
  }
  EXPECT_EQ(addresses.size(), 1u);
}

}  // namespace
}  // namespace ch02
