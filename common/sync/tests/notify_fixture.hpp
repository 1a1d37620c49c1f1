// notify_fixture.hpp -- NotifyTest: a Notify, and the question whether it keeps a permit.
#pragma once

#include <gtest/gtest.h>

#include "common/sync/notify.hpp"
#include "common/sync/tests/polled.hpp"

namespace async::inline ASYNC_FLAVOUR {

class NotifyTest : public testing::Test {
 protected:
  auto make() {
    return [this] { return notify_.notified(); };
  }
  // Whether a permit is kept; takes it.
  bool takes_permit() { return Polled(make()).poll(); }

  Notify notify_;
};

}  // namespace async::inline ASYNC_FLAVOUR
