// query_test.cpp -- Query and RequestTarget: which requests fit, and what a target consists of.
#include "common/testing/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace async::inline ASYNC_FLAVOUR {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(RequestTargetTest, Path_AndParametersInTheirOrder) {
  const auto target = RequestTarget::parse("/my-endpoint?param1=value1&param2=value2");
  EXPECT_EQ(target.path, "/my-endpoint");
  EXPECT_THAT(target.parameters, ElementsAre(Pair("param1", "value1"), Pair("param2", "value2")));
  EXPECT_THAT(RequestTarget::parse("/a").parameters, IsEmpty());
  EXPECT_THAT(RequestTarget::parse("/a?").parameters, IsEmpty());
}

TEST(RequestTargetTest, WhatIsEncoded_IsDecoded_AndWhatIsNot_Stays) {
  EXPECT_THAT(RequestTarget::parse("/?a%3Db=c+d%26e").parameters, ElementsAre(Pair("a=b", "c d&e")));
  EXPECT_THAT(RequestTarget::parse("/?a=100%&b=%zz&c=%4").parameters,
              ElementsAre(Pair("a", "100%"), Pair("b", "%zz"), Pair("c", "%4")));
  EXPECT_THAT(RequestTarget::parse("/?x=%41").parameters, ElementsAre(Pair("x", "A")));
}

TEST(RequestTargetTest, OddOnes_AreParametersToo) {
  EXPECT_THAT(RequestTarget::parse("/?a&&b=&=c&d=1=2").parameters,
              ElementsAre(Pair("a", ""), Pair("b", ""), Pair("", "c"), Pair("d", "1=2")));
}

TEST(QueryTest, AllOf_AnyOf_AndWhatever) {
  const Query::Parameters came{{"a", "1"}, {"b", "2"}, {"c", "3"}};
  EXPECT_TRUE(Query::all_of({{"c", "3"}, {"a", "1"}}).matches(came));
  EXPECT_FALSE(Query::all_of({{"c", "3"}, {"a", "2"}}).matches(came));
  EXPECT_TRUE(Query::any_of({{"c", "4"}, {"a", "1"}}).matches(came));
  EXPECT_FALSE(Query::any_of({{"c", "4"}, {"a", "2"}}).matches(came));
  EXPECT_TRUE(Query().matches(came));
  EXPECT_TRUE(Query().matches({}));
}

TEST(QueryTest, SaysWhatItIs) {
  EXPECT_EQ(Query::all_of({{"a", "1"}, {"b", "2"}}).to_string(), " with all of a=1, b=2");
  EXPECT_EQ(Query::any_of({{"a", "1"}}).to_string(), " with any of a=1");
  EXPECT_EQ(Query().to_string(), "");
  EXPECT_THROW((void)Query::all_of({}), std::invalid_argument);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR
