// await_in_assertion.cpp -- CO_ASSERT_* takes no co_await: g++ 12 miscompiles one in a condition. Name the value first.
// error: promise|co_await
#include <gtest/gtest.h>

#include "common/future/ready.hpp"
#include "common/testing/async_test.hpp"

ASYNC_TEST(MustNotCompile, AwaitInAssertion) {
#ifdef WRONG
  CO_ASSERT_EQ(co_await async::ready(1), 1);
#else
  const int one = co_await async::ready(1);
  CO_ASSERT_EQ(one, 1);
#endif
}
