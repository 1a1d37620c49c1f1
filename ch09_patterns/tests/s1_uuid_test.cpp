// s1_uuid_test.cpp -- the form of a UUID by chance, and that no two are the same.
#include "ch09_patterns/s1_uuid.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace ch09 {
namespace {

TEST(UuidTest, HasTheFormOfVersion4) {
  std::set<char> variants;
  for (int i = 0; i < 500; ++i) {
    const std::string uuid = new_uuid();
    ASSERT_EQ(uuid.size(), 36u);
    for (std::size_t place = 0; place < uuid.size(); ++place) {
      if (place == 8 || place == 13 || place == 18 || place == 23) {
        EXPECT_EQ(uuid[place], '-') << uuid;
      } else {
        EXPECT_NE(std::string("0123456789abcdef").find(uuid[place]), std::string::npos) << uuid;
      }
    }
    EXPECT_EQ(uuid[14], '4') << uuid;
    variants.insert(uuid[19]);
  }
  EXPECT_EQ(variants, (std::set<char>{'8', '9', 'a', 'b'}));
}

TEST(UuidTest, NoTwoAreTheSame) {
  std::set<std::string> all;
  for (int i = 0; i < 2000; ++i) EXPECT_TRUE(all.insert(new_uuid()).second);
}

}  // namespace
}  // namespace ch09
