// s3_frame_receiver_test.cpp -- one message in as many pieces as a hostile client likes, polled by hand.
#include "ch10_std_server/s3_frame_receiver.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {
namespace {

class FrameReceiverTest : public BothExecutors {
 protected:
  // A connection whose other end is the test.
  struct Connected {
    explicit Connected(Executor& executor, std::size_t limit = 65536, Clock::duration idle = {})
        : pair(unix_pair()),
          socket(std::move(pair.ours)),
          receiver(executor, socket, limit, idle, stopping) {}

    Poll<FrameReceiver::Output> poll() {
      Context cx(Waker::noop());
      return receiver.poll(cx);
    }

    SocketPair pair;
    bool stopping = false;
    Socket socket;
    FrameReceiver receiver;
  };
};
ON_BOTH_EXECUTORS(FrameReceiverTest);

const std::string kWhole = frame("hello, 馬");

// The book's fault: what has come when nothing more is there is decoded, whole or not.
TEST_P(FrameReceiverTest, FrameSplitAtEachOffset_IsWaitedFor) {
  for (std::size_t split = 0; split <= kWhole.size(); ++split) {
    Connected connected(*executor);
    write_now(connected.pair.theirs, std::string_view(kWhole).substr(0, split));
    if (split < kWhole.size()) {
      ASSERT_TRUE(connected.poll().is_pending()) << "decoded after " << split << " bytes";
      write_now(connected.pair.theirs, std::string_view(kWhole).substr(split));
    }
    auto message = connected.poll();
    ASSERT_TRUE(message.is_ready()) << "split at " << split;
    EXPECT_EQ(message.value().value(), (Data{1, 2, "hello, 馬"}));
  }
}

TEST_P(FrameReceiverTest, OneByteAtATime_IsAMessageAtTheLastByte) {
  Connected connected(*executor);
  for (std::size_t i = 0; i + 1 < kWhole.size(); ++i) {
    write_now(connected.pair.theirs, std::string_view(kWhole).substr(i, 1));
    ASSERT_TRUE(connected.poll().is_pending()) << "after byte " << i;
  }
  write_now(connected.pair.theirs, std::string_view(kWhole).substr(kWhole.size() - 1));
  auto message = connected.poll();
  ASSERT_TRUE(message.is_ready());
  EXPECT_EQ(message.value()->field3, "hello, 馬");
}

TEST_P(FrameReceiverTest, TruncationAtEachOffset_IsRefusedAtTheEndOfFile) {
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    Connected connected(*executor);
    write_now(connected.pair.theirs, std::string_view(kWhole).substr(0, size));
    connected.pair.theirs.reset();
    auto message = connected.poll();
    ASSERT_TRUE(message.is_ready()) << size << " bytes";
    ASSERT_FALSE(message.value().has_value());
    EXPECT_EQ(message.value().error(), size == 0 ? "" : "the message ends too early");
  }
}

TEST_P(FrameReceiverTest, TooLongALength_IsRefusedWithTheHeader) {
  for (const std::uint32_t length : {91u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
    Connected connected(*executor, 100);
    write_now(connected.pair.theirs, header(length));
    auto message = connected.poll();
    ASSERT_TRUE(message.is_ready()) << length;
    EXPECT_EQ(message.value().error(), "the message is longer than allowed");
  }
  Connected allowed(*executor, 100);
  write_now(allowed.pair.theirs, frame(std::string(90, 'x')));
  EXPECT_TRUE(allowed.poll().value().has_value());
}

TEST_P(FrameReceiverTest, InvalidUtf8_IsRefused) {
  Connected connected(*executor);
  write_now(connected.pair.theirs, frame("\xc0\xaf"));
  EXPECT_EQ(connected.poll().value().error(), "the text is not valid UTF-8");
}

TEST_P(FrameReceiverTest, Stopping_GivesUpAnIncompleteMessageAndTakesAWholeOne) {
  Connected incomplete(*executor), whole(*executor);
  write_now(incomplete.pair.theirs, std::string_view(kWhole).substr(0, 12));
  EXPECT_TRUE(incomplete.poll().is_pending());
  incomplete.stopping = whole.stopping = true;
  EXPECT_EQ(incomplete.poll().value().error(), "the server is shutting down");
  write_now(whole.pair.theirs, kWhole);
  EXPECT_TRUE(whole.poll().value().has_value());
}

// A slow client: each byte begins the idle limit again. It sends one when a part of the limit is over.
TEST_P(FrameReceiverTest, IdleLimit_CountsFromTheLastByte) {
  constexpr std::chrono::milliseconds kIdle(20);
  for (bool sent = false; !sent;) {
    const auto begin = Clock::now();
    Connected connected(*executor, 65536, kIdle);
    if (connected.poll().is_ready()) {
      ASSERT_GE(Clock::now() - begin, kIdle);
      continue;  // this machine stood still for the whole limit: once more
    }
    while (Clock::now() < begin + kIdle * 3 / 4) ::sched_yield();
    write_now(connected.pair.theirs, "x");
    sent = true;
    const auto last_byte = Clock::now();
    for (;;) {
      auto message = connected.poll();
      if (message.is_pending()) continue;
      EXPECT_EQ(message.value().error(), "nothing came for too long");
      break;
    }
    EXPECT_GE(Clock::now() - last_byte, kIdle);
  }
}

}  // namespace
}  // namespace ch10::tests
