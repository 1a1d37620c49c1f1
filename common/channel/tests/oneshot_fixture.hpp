// oneshot_fixture.hpp -- OneshotTest: no value is left at the end of any test.
#pragma once

#include <gtest/gtest.h>

#include "common/channel/oneshot.hpp"
#include "common/future/by_ref.hpp"
#include "common/task/tests/counted.hpp"

namespace async::inline ASYNC_FLAVOUR {

class OneshotTest : public testing::Test {
 protected:
  ~OneshotTest() override { EXPECT_EQ(counts_.live(), 0u); }

  Counted value() { return Counted(counts_); }

  Counts counts_;
};

template <class T>
auto awaiting(oneshot::Receiver<T>& rx) {
  return [&rx] { return by_ref(rx); };
}

}  // namespace async::inline ASYNC_FLAVOUR
