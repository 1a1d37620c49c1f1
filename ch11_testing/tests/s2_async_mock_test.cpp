// s2_async_mock_test.cpp -- row 11.2: the mock's answer is a future, and it may be any.
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "common/future/pending.hpp"
#include "common/runtime/builder.hpp"
#include "common/testing/async_test.hpp"
#include "common/time/timeout.hpp"

#include "ch11_testing/s2_async_process.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;

using Answer = std::expected<int, std::string>;

class MockAsyncHandler : public AsyncProcess<int, int> {
 public:
  MOCK_METHOD(Async<Answer>, get_result, (int key), (override));
};

// What a mock answers with. Each is a coroutine: it does nothing before it is awaited.
Async<Answer> at_once(Answer answer) { co_return answer; }
Async<Answer> after(Duration duration, Answer answer) {
  co_await sleep(duration);
  co_return answer;
}

// The book's test: it builds the runtime itself, and blocks on the future. Break in `do_something`.
TEST(AsyncMockTest, ATooBigResult_IsRefused_OnARuntimeOfTheTestsOwn) {
  MockAsyncHandler process;
  EXPECT_CALL(process, get_result(4)).WillOnce([](int) { return at_once(11); });

  const Runtime runtime = Builder::new_current_thread().enable_all().build();
  const Answer outcome = runtime.block_on(do_something(process, 4));

  EXPECT_EQ(outcome, Answer(std::unexpected("result is too big")));
}

// The same: ASYNC_TEST makes the runtime, and the test is a coroutine.
ASYNC_TEST(AsyncMockTest, Eight_IsDoubled_AndOthersAreTripled) {
  MockAsyncHandler process;
  EXPECT_CALL(process, get_result(4)).WillOnce([](int) { return at_once(8); }).WillOnce([](int) {
    return at_once(7);
  });
  const Answer doubled = co_await do_something(process, 4);
  EXPECT_EQ(doubled, 16);
  const Answer tripled = co_await do_something(process, 4);
  EXPECT_EQ(tripled, 21);
}

// Question: the database takes an hour. How long does the test take?
// Predict: what does now() say in the end? Break in `PausedClock::fire_next`.
ASYNC_TEST(AsyncMockTest, ASlowResult_IsWaitedFor_InNoTime) {
  MockAsyncHandler process;
  EXPECT_CALL(process, get_result(4)).WillOnce([](int) { return after(1h, 3); });
  const Answer outcome = co_await do_something(process, 4);
  EXPECT_EQ(outcome, 9);
  EXPECT_EQ(now(), Instant(1h));
}

ASYNC_TEST(AsyncMockTest, AnErrorInsteadOfAResult_IsPassedOn) {
  MockAsyncHandler process;
  EXPECT_CALL(process, get_result(4)).WillOnce([](int) {
    return at_once(std::unexpected("the row is gone"));
  });
  const Answer outcome = co_await do_something(process, 4);
  EXPECT_EQ(outcome, Answer(std::unexpected("the row is gone")));
}

// Says that it is gone.
struct Connection {
  explicit Connection(bool& open_) : open(open_) { open = true; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { open = false; }
  bool& open;
};

// A mock can do what no database would do for a test: never answer.
ASYNC_TEST(AsyncMockTest, WhoGivesUp_DropsTheMocksFutureToo) {
  bool open = false;
  MockAsyncHandler process;
  EXPECT_CALL(process, get_result(4)).WillOnce([&open](int) {
    return [](bool& is_open) -> Async<Answer> {
      const Connection connection(is_open);
      co_await pending<>();
      co_return 0;
    }(open);
  });
  auto asking = spawn([&] { return timeout(3s, do_something(process, 4)); });
  co_await sleep(1s);
  EXPECT_TRUE(open);
  const auto outcome = co_await asking;
  CO_ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->has_value()) << "timed out";
  EXPECT_FALSE(open);
  EXPECT_EQ(now(), Instant(3s));
}

}  // namespace
}  // namespace ch11
