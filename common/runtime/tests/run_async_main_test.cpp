// run_async_main_test.cpp -- run_async_main: a program's main coroutine, on either kind of runtime.
#include "common/runtime/run_async_main.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>

#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

class RunAsyncMainTest : public testing::TestWithParam<RuntimeFlavor> {
 protected:
  const Deadline deadline{"a main coroutine does not end"};
};
INSTANTIATE_TEST_SUITE_P(BothKinds, RunAsyncMainTest,
                         testing::Values(RuntimeFlavor::multi_thread, RuntimeFlavor::current_thread));

Async<int> answer() {
  co_await sleep(std::chrono::milliseconds(1));
  auto task = spawn([]() -> Async<int> { co_return 42; });
  const auto result = co_await task;
  co_return *result;
}

TEST_P(RunAsyncMainTest, GivesTheOutput_OnARuntimeOfThatKind) {
  EXPECT_EQ(run_async_main(answer, GetParam()), 42);
  const auto kind = [&]() -> Async<RuntimeFlavor> { co_return Handle::current().flavor(); };
  EXPECT_EQ(run_async_main(kind, GetParam()), GetParam());
  EXPECT_EQ(run_async_main(answer()), 42);
}

TEST_P(RunAsyncMainTest, AnException_ComesOut_AndWhatIsLeftIsCancelled) {
  Notify never;
  Counts locals;
  const auto fails = [&]() -> Async<> {
    spawn(wait_for, std::ref(never), std::ref(locals)).detach();
    throw std::runtime_error("burnt");
    co_return;
  };
  EXPECT_THROW(run_async_main(fails, GetParam()), std::runtime_error);
  EXPECT_EQ(locals.live(), 0u);
  EXPECT_FALSE(Handle::has_current());
}

TEST_P(RunAsyncMainTest, AMoveOnlyOutput_AndNone) {
  const auto owned = []() -> Async<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
  EXPECT_EQ(*run_async_main(owned, GetParam()), 3);
  bool ran = false;
  const auto none = [&]() -> Async<> {
    ran = true;
    co_return;
  };
  run_async_main(none, GetParam());
  EXPECT_TRUE(ran);
}

}  // namespace
