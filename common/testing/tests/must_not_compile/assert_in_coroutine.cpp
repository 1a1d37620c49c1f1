// assert_in_coroutine.cpp -- ASSERT_* ends with a return, which a coroutine has not: CO_ASSERT_* is for those.
// error: return
#include <gtest/gtest.h>

#include "common/testing/async_test.hpp"

ASYNC_TEST(MustNotCompile, AssertInCoroutine) {
  const int one = 1;
#ifdef WRONG
  ASSERT_EQ(one, 1);
#else
  CO_ASSERT_EQ(one, 1);
#endif
  co_return;
}
