// s2_callback_test.cpp -- a callback inside a call, and callbacks in a thread of their own.
#include "ch06_reactive/s2_callback.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/parker.hpp"
#include "common/channel/oneshot.hpp"
#include "common/demo/tests/captured_stderr.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s2_event_loop.hpp"

namespace ch06 {
namespace {

// Question: in which thread does the callback run, and when?
TEST(CallbackTest, IsCalledInsideTheCall) {
  std::vector<int> events;
  perform_operation_with_callback([&events](int result) { events.push_back(result); });
  events.push_back(0);
  EXPECT_EQ(events, (std::vector{42, 0}));
}

// Question: the first callback waits until main has posted three more. Does main come to that?
// Predict. Break in `EventLoop::run`: whose thread is it?
TEST(EventLoopTest, Post_ReturnsBeforeTheCallbackHasRun) {
  const Deadline deadline("the event loop waits for main, which waits for it");
  base::Parker posted;
  std::vector<int> order;
  {
    EventLoop loop;
    loop.post([&] {
      posted.park();
      EXPECT_EQ(base::thread_name(), "event loop");
    });
    for (int i = 0; i < 3; ++i) loop.post([&order, i] { order.push_back(i); });
    posted.unpark();
  }  // waits for all of them
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
}

TEST(EventLoopTest, CallbackThatPostsAnother_IsFollowedByIt) {
  const Deadline deadline("a callback's callback was lost");
  auto done = oneshot::channel<std::string>();
  EventLoop loop;
  loop.post(
      [&loop, &done] { loop.post([&done] { (void)std::move(done.sender).send("from the second one"); }); });
  const auto text = block_on(std::move(done.receiver));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "from the second one");
}

// Question: the loop ends, and what it still runs posts more. Does that run?
// Predict. Break in `EventLoop::run`: when does it know that nobody can post any more?
TEST(EventLoopTest, PostsOfTheLastCallbacks_AreStillRun) {
  const Deadline deadline("the loop never ended");
  constexpr int kInARow = 100;
  int run = 0;
  {
    base::Parker ends;
    std::function<void()> again;
    EventLoop loop;
    again = [&] {
      if (++run < kInARow) loop.post(again);
    };
    loop.post([&] {
      ends.park();  // main is about to be in the destructor, or there
      again();
    });
    ends.unpark();
  }
  EXPECT_EQ(run, kInARow);
}

TEST(EventLoopTest, CallbackThatThrows_IsToldAndTheLoopGoesOn) {
  const Deadline deadline("the loop ended with the exception");
  demo::CapturedStderr err;
  bool went_on = false;
  {
    EventLoop loop;
    loop.post([] { throw std::runtime_error("no milk"); });
    loop.post([&went_on] { went_on = true; });
  }
  EXPECT_TRUE(went_on);
  EXPECT_EQ(err.text(), "event loop: a callback threw: no milk\n");
}

}  // namespace
}  // namespace ch06
