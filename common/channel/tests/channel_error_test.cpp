// channel_error_test.cpp -- the reasons, what they say, and the value that comes back.
#include "common/channel/channel_error.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <utility>

namespace {

using namespace async;

TEST(ChannelErrorTest, EachReason_IsToldApart_AndSaysWhatItIs) {
  const ChannelError closed(ChannelError::closed), full(ChannelError::full), empty(ChannelError::empty),
      timed_out(ChannelError::timed_out);
  EXPECT_TRUE(closed.is_closed() && !closed.is_full() && !closed.is_empty() && !closed.is_timed_out());
  EXPECT_TRUE(full.is_full() && !full.is_closed());
  EXPECT_TRUE(empty.is_empty() && !empty.is_closed());
  EXPECT_TRUE(timed_out.is_timed_out() && !timed_out.is_closed());
  EXPECT_EQ(closed.message(), "the channel is closed");
  EXPECT_EQ(full.message(), "the channel is full");
  EXPECT_EQ(empty.message(), "the channel is empty");
  EXPECT_EQ(timed_out.message(), "the channel was not ready in time");
  EXPECT_EQ(full, RecvError(ChannelError::full));
  EXPECT_NE(full, empty);
}

TEST(ChannelErrorTest, SendError_HandsTheValueOut) {
  SendError<std::unique_ptr<int>> error(ChannelError::full, std::make_unique<int>(3));
  EXPECT_EQ(error.reason(), ChannelError::full);
  EXPECT_EQ(*error.value(), 3);
  *error.value() = 4;
  EXPECT_EQ(*std::as_const(error).value(), 4);
  const std::unique_ptr<int> back = std::move(error).value();
  EXPECT_EQ(*back, 4);
}

}  // namespace
