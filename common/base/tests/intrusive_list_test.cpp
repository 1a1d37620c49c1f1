// intrusive_list_test.cpp -- elements enter at the back, leave from anywhere, and die only outside.
#include "common/base/intrusive_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace {

using async::base::IntrusiveList;
using async::base::ListNode;
using testing::ElementsAre;
using testing::IsEmpty;

struct Waiter : ListNode {
  explicit Waiter(int given) : number(given) {}
  int number;
};

std::vector<int> numbers(IntrusiveList<Waiter>& list) {
  std::vector<int> found;
  for (Waiter* w = list.front(); w != nullptr; w = list.next(*w)) found.push_back(w->number);
  return found;
}

class IntrusiveListTest : public testing::Test {
 protected:
  void SetUp() override {
    for (Waiter* w : {&one, &two, &three}) list.push_back(*w);
  }
  void TearDown() override {
    while (Waiter* w = list.front()) list.remove(*w);
  }
  Waiter one{1}, two{2}, three{3};
  IntrusiveList<Waiter> list;
};

TEST_F(IntrusiveListTest, Elements_StandInTheOrderOfTheirArrival) {
  EXPECT_THAT(numbers(list), ElementsAre(1, 2, 3));
  EXPECT_EQ(list.size(), 3u);
  EXPECT_FALSE(list.is_empty());
}

TEST_F(IntrusiveListTest, ElementInTheMiddle_LeavesWithoutTheOthersNoticing) {
  list.remove(two);
  EXPECT_FALSE(two.is_linked());
  EXPECT_THAT(numbers(list), ElementsAre(1, 3));
  EXPECT_EQ(list.size(), 2u);
}

TEST_F(IntrusiveListTest, FirstAndLast_LeaveToo) {
  list.remove(one);
  list.remove(three);
  EXPECT_EQ(list.front(), &two);
  EXPECT_THAT(numbers(list), ElementsAre(2));
}

TEST_F(IntrusiveListTest, ElementThatLeft_MayComeBackAtTheEnd) {
  list.remove(one);
  list.push_back(one);
  EXPECT_THAT(numbers(list), ElementsAre(2, 3, 1));
}

TEST_F(IntrusiveListTest, LastElementGone_IsEmptyAndUsable) {
  for (Waiter* w : {&one, &two, &three}) list.remove(*w);
  EXPECT_TRUE(list.is_empty());
  EXPECT_EQ(list.front(), nullptr);
  EXPECT_EQ(list.size(), 0u);
  EXPECT_THAT(numbers(list), IsEmpty());
  list.push_back(two);
  EXPECT_THAT(numbers(list), ElementsAre(2));
}

TEST(IntrusiveListDeathTest, LinkedElementThatDies_StopsTheProgram) {
  EXPECT_DEATH(
      {
        IntrusiveList<Waiter> list;
        std::optional<Waiter> waiter(std::in_place, 1);
        list.push_back(*waiter);
        waiter.reset();
      },
      "destroyed while it was linked");
}

TEST(IntrusiveListDeathTest, ListThatDiesBeforeItsElements_StopsTheProgram) {
  EXPECT_DEATH(
      {
        Waiter waiter(1);
        IntrusiveList<Waiter> list;
        list.push_back(waiter);
      },
      "destroyed before its elements left");
}

TEST(IntrusiveListDeathTest, ElementInTwoLists_StopsTheProgram) {
  EXPECT_DEATH(
      {
        Waiter waiter(1);
        IntrusiveList<Waiter> first;
        IntrusiveList<Waiter> second;
        first.push_back(waiter);
        second.push_back(waiter);
      },
      "in one list at a time");
}

TEST(IntrusiveListDeathTest, ElementThatLeavesTwice_StopsTheProgram) {
  EXPECT_DEATH(
      {
        Waiter waiter(1);
        IntrusiveList<Waiter> list;
        list.push_back(waiter);
        list.remove(waiter);
        list.remove(waiter);
      },
      "only a linked element");
}

}  // namespace
