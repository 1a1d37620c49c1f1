// async_run_test.cpp -- run_async: how a run can end, who is named then, and what is destroyed when.
#include "common/testing/async_run.hpp"

#include <array>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/base/thread.hpp"
#include "common/future/pending.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/join_set.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/notify.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr AsyncOptions kFourWorkers{.workers = 4};

// The lines of these awaits are what the tests look for.
constexpr unsigned kInnerLine = __LINE__ + 1;
Async<> wait_for_ever(std::shared_ptr<Notify> never) { co_await never->notified(); }
constexpr unsigned kOuterLine = __LINE__ + 1;
Async<> wait_inside(std::shared_ptr<Notify> never) { co_await wait_for_ever(never); }

std::vector<unsigned> lines(const std::vector<std::source_location>& places) {
  std::vector<unsigned> lines;
  for (const auto& place : places) lines.push_back(place.line());
  return lines;
}
std::string at_line(unsigned line) { return "async_run_test.cpp:" + std::to_string(line); }

// Runs the same on either kind of runtime.
class AsyncRunTest : public ::testing::TestWithParam<AsyncOptions> {};

INSTANTIATE_TEST_SUITE_P(Kinds, AsyncRunTest, ::testing::Values(AsyncOptions{}, kFourWorkers),
                         [](const auto& kind) {
                           return kind.param.workers == 0 ? "CurrentThread" : "Workers";
                         });

TEST_P(AsyncRunTest, ABodyThatEnds_HasFinished_AndADayTookNoTime) {
  Instant end;
  const auto real_start = std::chrono::steady_clock::now();
  const AsyncOutcome outcome = run_async(
      [&]() -> Async<> {
        co_await sleep(24h);
        end = now();
      },
      GetParam());
  EXPECT_TRUE(outcome.is_finished());
  EXPECT_EQ(outcome.message(), "");
  EXPECT_EQ(end, Instant(24h));
  EXPECT_LT(std::chrono::steady_clock::now() - real_start, 1h);
}

// Question: three tasks wait for what never happens, and so does the body. Who finds out, and when?
// Predict: after the limit of 30 s? Break in `Watch::stalled`.
TEST_P(AsyncRunTest, NothingCanRun_IsStalledAtOnce_AndNamesEveryLine) {
  const auto body = []() -> Async<> {
    const auto never = std::make_shared<Notify>();
    auto one = spawn(wait_for_ever, never);
    auto two = spawn(wait_inside, never);
    co_await sleep(5s);
    (void)co_await one;
  };
  const unsigned body_line = __LINE__ - 2;
  AsyncOptions options = GetParam();
  options.limit = 1h;
  const AsyncOutcome outcome = run_async(body, options);
  ASSERT_TRUE(outcome.is_stalled()) << outcome.message();
  EXPECT_EQ(outcome.at, 5s);
  EXPECT_EQ(lines(outcome.body), std::vector{body_line});
  ASSERT_THAT(outcome.tasks, SizeIs(2));
  EXPECT_EQ(lines(outcome.tasks[0].places), std::vector{kInnerLine});
  EXPECT_EQ(lines(outcome.tasks[1].places), (std::vector{kInnerLine, kOuterLine}));
  EXPECT_EQ(outcome.message(),
            "everybody waits, and nothing can happen any more; by the clock it is 5 s\n"
            "the body waits at " +
                at_line(body_line) + "\n" + "task 1 of 2 waits at " + at_line(kInnerLine) + "\n" +
                "task 2 of 2 waits at " + at_line(kInnerLine) + ", awaited at " + at_line(kOuterLine) + "\n");
}

TEST_P(AsyncRunTest, ATaskOfAJoinSet_IsNamedToo_AndAHandWrittenFutureCannotTell) {
  const AsyncOutcome outcome = run_async(
      []() -> Async<> {
        const auto never = std::make_shared<Notify>();
        JoinSet<> set;
        set.spawn(wait_for_ever, never);
        auto other = spawn([never] { return never->notified(); });
        (void)co_await set.join_next();
      },
      GetParam());
  ASSERT_TRUE(outcome.is_stalled());
  ASSERT_THAT(outcome.tasks, SizeIs(2));
  EXPECT_EQ(lines(outcome.tasks[0].places), std::vector{kInnerLine});
  EXPECT_THAT(outcome.tasks[1].places, IsEmpty());
  EXPECT_THAT(outcome.message(), HasSubstr("task 2 of 2 waits somewhere"));
}

TEST_P(AsyncRunTest, AnException_HasThrownWithItsText) {
  const AsyncOutcome outcome = run_async(
      []() -> Async<> {
        co_await yield_now();
        throw std::runtime_error("out of coffee");
      },
      GetParam());
  EXPECT_EQ(outcome.end, AsyncOutcome::End::threw);
  EXPECT_EQ(outcome.message(), "an exception left the coroutine: out of coffee");
}

TEST_P(AsyncRunTest, AnExceptionOfTheCallItself_IsTheSame) {
  const AsyncOutcome outcome = run_async([]() -> Async<> { throw 5; }, GetParam());
  EXPECT_EQ(outcome.message(), "an exception left the coroutine: an exception that is no std::exception");
}

// Question: a socket is open, so something may still come from outside. Who ends the run?
TEST_P(AsyncRunTest, AnOpenSocket_IsNoStall_ButLate) {
  AsyncOptions options = GetParam();
  options.limit = 50ms;
  const AsyncOutcome outcome = run_async(
      []() -> Async<> {
        auto receives = spawn([]() -> Async<> {
          auto socket = UdpSocket::bind("127.0.0.1:0");
          std::array<std::byte, 8> buffer{};
          (void)co_await socket->recv_from(buffer);
        });
        (void)co_await receives;
      },
      options);
  EXPECT_TRUE(outcome.is_late()) << outcome.message();
  EXPECT_THAT(outcome.message(), AllOf(HasSubstr("not finished after 0.05 s of real time"),
                                       HasSubstr("the body waits at async_run_test.cpp:")));
}

TEST_P(AsyncRunTest, InRealTime_TheLimitEndsIt) {
  AsyncOptions options = GetParam();
  options.real_time = true;
  options.limit = 50ms;
  base::Atomic<bool> task_has_begun = false;
  const auto body = [&task_has_begun]() -> Async<> {
    auto task = spawn([&task_has_begun]() -> Async<> {
      task_has_begun = true;
      co_await wait_for_ever(std::make_shared<Notify>());
    });
    co_await sleep(1h);
  };
  AsyncOutcome outcome = run_async(body, options);
  // On a busy machine the limit may be over before the task's first turn.
  while (outcome.is_late() && !task_has_begun) {
    options.limit *= 2;
    outcome = run_async(body, options);
  }
  EXPECT_TRUE(outcome.is_late());
  EXPECT_THAT(outcome.message(), HasSubstr("task 1 of 1 waits at " + at_line(kInnerLine)));
}

// Question: what is known of a body that was late before it began?
TEST_P(AsyncRunTest, ALimitThatIsOverAtOnce_LetsTheBodyBegin) {
  AsyncOptions options = GetParam();
  options.limit = 1ns;
  // Mostly the body begins first all the same: not each time.
  for (int i = 0; i < 1000; ++i) {
    const AsyncOutcome outcome = run_async([] { return wait_for_ever(std::make_shared<Notify>()); }, options);
    ASSERT_FALSE(outcome.is_finished());
    ASSERT_THAT(outcome.message(), HasSubstr("the body waits at " + at_line(kInnerLine)));
  }
}

// A livelock: somebody can always run, so the paused clock never moves, and nothing stalls.
TEST_P(AsyncRunTest, TasksThatOnlyYield_AreLate) {
  AsyncOptions options = GetParam();
  options.limit = 50ms;
  const AsyncOutcome outcome = run_async(
      []() -> Async<> {
        auto busy = spawn([]() -> Async<> {
          for (;;) co_await yield_now();
        });
        (void)co_await busy;
      },
      options);
  EXPECT_TRUE(outcome.is_late());
  EXPECT_EQ(outcome.at, 0s);
  EXPECT_THAT(outcome.tasks, SizeIs(1));
}

// The tasks hold the body's lock: it must not be destroyed before them.
TEST_P(AsyncRunTest, TheTasks_AreGoneBeforeTheBodysLocals) {
  std::string order;
  struct Says {
    std::string& order;
    char what;
    ~Says() { order += what; }
  };
  const AsyncOutcome outcome = run_async(
      [&]() -> Async<> {
        const Says body_is_gone{order, 'b'};
        Mutex<int> lock(0);
        auto holder = spawn([&]() -> Async<> {
          const auto guard = co_await lock.lock();
          const Says task_is_gone{order, 't'};
          co_await pending<>();
        });
        (void)co_await holder;
      },
      GetParam());
  EXPECT_TRUE(outcome.is_stalled());
  EXPECT_EQ(order, "tb");
}

TEST_P(AsyncRunTest, TasksThatAreLeft_AreCancelledAtItsEnd) {
  const auto never = std::make_shared<Notify>();
  const AsyncOutcome outcome = run_async(
      [&]() -> Async<> {
        spawn(wait_for_ever, never).detach();
        co_await yield_now();
      },
      GetParam());
  EXPECT_TRUE(outcome.is_finished());
  EXPECT_EQ(never.use_count(), 1);
}

TEST_P(AsyncRunTest, TheRuntime_IsAsTheOptionsSay) {
  const std::size_t workers = GetParam().workers;
  const auto outcome = run_async(
      [&]() -> Async<> {
        const Handle runtime = Handle::current();
        EXPECT_EQ(runtime.flavor() == RuntimeFlavor::multi_thread, workers != 0);
        EXPECT_EQ(runtime.metrics().workers, std::max<std::size_t>(workers, 1));
        co_return;
      },
      GetParam());
  EXPECT_TRUE(outcome.is_finished());
}

TEST(AsyncRunOptionsTest, ALimitOfNothing_IsRefused) {
  EXPECT_THROW((void)run_async([]() -> Async<> { co_return; }, {.limit = 0s}), std::invalid_argument);
}

// What cannot be ended ends the program, with a message. (In a child process.)
TEST(AsyncRunDeathTest, ABlockedThread_EndsTheProgram_WithTheNameOfTheTest) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      (void)run_async(
          []() -> Async<> {
            for (;;) base::yield_thread();
            co_return;
          },
          {.limit = 1ms, .grace = 1ms}),
      ::testing::ExitedWithCode(3),
      "stalled: AsyncRunDeathTest.ABlockedThread_EndsTheProgram_WithTheNameOfTheTest cannot be ended");
}

TEST(AsyncRunDeathTest, ARuntimeThatCannotEnd_EndsTheProgram) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto body = []() -> Async<> {
    auto call = spawn_blocking([] { base::Parker().park(); });
    std::move(call).detach();
    co_return;
  };
  EXPECT_EXIT((void)run_async(body), ::testing::ExitedWithCode(3), "also the end of the runtime");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR
