// nearest_test.cpp -- which word was meant.
#include "common/demo/nearest.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

TEST(NearestTest, Distance_CountsLettersPutInTakenOutOrChanged) {
  EXPECT_EQ(distance("", ""), 0U);
  EXPECT_EQ(distance("", "abc"), 3U);
  EXPECT_EQ(distance("abc", ""), 3U);
  EXPECT_EQ(distance("coffee", "cofee"), 1U);
  EXPECT_EQ(distance("coffee", "coffees"), 1U);
  EXPECT_EQ(distance("coffee", "toffee"), 1U);
  EXPECT_EQ(distance("sitting", "kitten"), 3U);
}

TEST(NearestTest, WordThatIsNear_IsFound) {
  const std::vector<std::string> known{"coffee", "people", "counter", "all"};
  EXPECT_EQ(nearest("cofee", known), "coffee");
  EXPECT_EQ(nearest("poeple", known), "people");
  EXPECT_EQ(nearest("coun", known), "counter");
  EXPECT_EQ(nearest("al", known), "all");
}

TEST(NearestTest, OfTwoThatAreNear_TheNearerIsFound) {
  const std::vector<std::string> known{"joined", "join", "joins"};
  EXPECT_EQ(nearest("jion", known), "join");
  EXPECT_EQ(nearest("join", known), "joined") << "the first one that begins so";
}

TEST(NearestTest, WordThatIsFar_FindsNothing) {
  const std::vector<std::string> known{"coffee", "all"};
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("breakfast", known), "");
  EXPECT_EQ(nearest("coffee", {}), "");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
