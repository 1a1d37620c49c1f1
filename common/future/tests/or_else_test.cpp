// or_else_test.cpp -- or_else: an error goes on to another future, a value ends the chain.
#include "common/future/or_else.hpp"

#include <expected>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT

template <class T>
using Result = std::expected<T, std::string>;

Async<Result<int>> fetch(int host) {
  if (host == 0) co_return std::unexpected("unreachable");
  co_return host;
}

TEST(OrElseTest, Error_GoesOnToTheNextFuture) {
  std::string seen;
  auto chain = or_else(fetch(0), [&](std::string error) {
    seen = std::move(error);
    return fetch(2);
  });
  EXPECT_EQ(block_on(std::move(chain)), 2);
  EXPECT_EQ(seen, "unreachable");
}

TEST(OrElseTest, Value_EndsTheChainAndTheFunctionIsNotCalled) {
  bool called = false;
  auto chain = or_else(fetch(1), [&](const std::string&) {
    called = true;
    return fetch(2);
  });
  EXPECT_EQ(block_on(std::move(chain)), 1);
  EXPECT_FALSE(called);
}

TEST(OrElseTest, TypeOfTheErrorMayChange_VoidValueToo) {
  const auto code = [](const std::string& error) {
    return ready(std::expected<void, std::size_t>(std::unexpect, error.size()));
  };
  EXPECT_EQ(block_on(or_else(ready(Result<void>(std::unexpect, "four")), code)).error(), 4u);
  EXPECT_TRUE(block_on(or_else(ready(Result<void>()), code)).has_value());
  auto kept = block_on(or_else(ready(Result<std::unique_ptr<int>>(std::make_unique<int>(2))),
                               [](std::string) { return ready(Result<std::unique_ptr<int>>(nullptr)); }));
  EXPECT_EQ(**kept, 2);
}

TEST(OrElseTest, ExceptionOfEitherFutureOrTheFunction_ComesOutOfPoll) {
  CountingTask task;
  Gate<Result<int>> first, second;
  first.fail("burnt");
  second.fail("burnt");
  auto of_first = or_else(first.future(), [](const std::string&) { return fetch(1); });
  EXPECT_THROW((void)task.poll(of_first), std::runtime_error)
      << "an exception is no error of the expected kind";
  auto of_second = or_else(fetch(0), [&](const std::string&) { return second.future(); });
  EXPECT_THROW((void)task.poll(of_second), std::runtime_error);
  auto of_function =
      or_else(fetch(0), [](const std::string&) -> ReadyFuture<Result<int>> { throw std::logic_error("no"); });
  EXPECT_THROW((void)task.poll(of_function), std::logic_error);
}

TEST(OrElseTest, DroppedAtEachState_DropsWhatIsThereOnce) {
  for (int state = 0; state <= 3; ++state) {
    Gate<Result<int>> first, second;
    CountingTask task;
    {
      auto chain = or_else(first.future(), [&](const std::string&) { return second.future(); });
      if (state >= 1) {
        EXPECT_TRUE(task.poll(chain).is_pending());
      }
      if (state >= 2) {
        first.open(std::unexpected("unreachable"));
        EXPECT_TRUE(task.poll(chain).is_pending());
        EXPECT_EQ(first.dropped(), 1u);
      }
      if (state >= 3) second.open(1);
    }
    EXPECT_EQ(first.dropped(), 1u);
    EXPECT_EQ(second.dropped(), state >= 2 ? 1u : 0u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(OrElseDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto value = or_else(fetch(1), [](const std::string&) { return fetch(2); });
  EXPECT_TRUE(task.poll(value).is_ready());
  EXPECT_DEATH((void)task.poll(value), "a future was polled after it finished");
}

}  // namespace
