// or_throw_test.cpp -- an error as a value becomes one that ends a demo.
#include "common/demo/or_throw.hpp"

#include <expected>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

TEST(OrThrowTest, Error_IsThrownWithItsText) {
  EXPECT_EQ(or_throw(std::expected<int, std::string>(7)), 7);
  or_throw(std::expected<void, std::string>());
  try {
    (void)or_throw(std::expected<int, std::string>(std::unexpect, "no room"));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no room");
  }
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
