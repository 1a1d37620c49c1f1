// builder_test.cpp -- Builder: each option has an effect; a value that cannot be is refused, with what is allowed.
#include "common/runtime/builder.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <pthread.h>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

class BuilderTest : public testing::Test {
 protected:
  const Deadline deadline{"a runtime of the builder's does not get on"};

  // What a call of a task of `runtime` gives.
  template <class Call>
  static auto in_a_task(const Runtime& runtime, Call call) {
    auto task = runtime.spawn([call]() -> Async<std::invoke_result_t<Call>> { co_return call(); });
    return runtime.block_on(task).value();
  }
  static std::string refusal(const std::function<void()>& of) {
    try {
      of();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "not refused";
  }
  static std::size_t stack_of_this_thread() {
    pthread_attr_t attributes;
    void* start = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(::pthread_getattr_np(::pthread_self(), &attributes), 0);
    ::pthread_attr_getstack(&attributes, &start, &size);
    ::pthread_attr_destroy(&attributes);
    return size;
  }
};

TEST_F(BuilderTest, WhatCannotBe_IsRefusedAtOnce_AndSaysWhatIsAllowed) {
  auto builder = Builder::new_multi_thread();
  auto current = Builder::new_current_thread();
  EXPECT_EQ(refusal([&] { builder.worker_threads(0); }), "worker_threads must be at least 1");
  EXPECT_EQ(refusal([&] { current.worker_threads(1); }),
            "worker_threads is for new_multi_thread(): a current-thread runtime has the thread in block_on");
  EXPECT_EQ(refusal([&] { builder.max_blocking_threads(0); }), "max_blocking_threads must be at least 1");
  EXPECT_EQ(refusal([&] { builder.thread_keep_alive(std::chrono::nanoseconds(-1)); }),
            "thread_keep_alive must not be negative");
  EXPECT_EQ(refusal([&] { builder.thread_stack_size(base::least_stack_size() - 1); }),
            "thread_stack_size must be at least " + std::to_string(base::least_stack_size()) + " bytes here");
  EXPECT_EQ(refusal([&] { builder.global_queue_interval(0); }), "global_queue_interval must be at least 1");
  EXPECT_EQ(refusal([&] { builder.event_interval(0); }), "event_interval must be at least 1");
  builder.thread_keep_alive(std::chrono::nanoseconds(0)).thread_stack_size(base::least_stack_size());
}

TEST_F(BuilderTest, WorkerThreads_AreSoMany_AndByDefaultOneForEachCore) {
  EXPECT_EQ(Builder::new_multi_thread().worker_threads(3).build().metrics().workers, 3u);
  EXPECT_EQ(Runtime().metrics().workers, base::available_cores());
}

TEST_F(BuilderTest, ThreadName_IsThatOfTheWorkersAndOfTheBlockingThreads) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(1).thread_name("baker").build();
  const auto name = [] { return std::string(base::thread_name()); };
  EXPECT_EQ(in_a_task(runtime, name), "baker");
  EXPECT_EQ(runtime.block_on(runtime.spawn_blocking(name)).value(), "baker");
  const Runtime plain = Builder::new_multi_thread().worker_threads(1).build();
  EXPECT_EQ(in_a_task(plain, name), "runtime-worker");
}

TEST_F(BuilderTest, ThreadNameFn_IsAskedOnceForEachThread) {
  int asked = 0;
  const Runtime runtime = Builder::new_multi_thread()
                              .worker_threads(2)
                              .thread_name_fn([&] { return "baker " + std::to_string(++asked); })
                              .build();
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(runtime.block_on(runtime.spawn_blocking([] { return std::string(base::thread_name()); })).value(),
            "baker 3");
}

// The function may ask the runtime itself, also while a blocking call is handed over.
TEST_F(BuilderTest, ThreadNameFn_MayLookAtTheRuntime) {
  std::optional<Handle> handle;
  const Runtime runtime = Builder::new_current_thread()
                              .thread_name_fn([&] { return std::to_string(handle->metrics().alive_tasks); })
                              .build();
  handle = runtime.handle();
  EXPECT_TRUE(runtime.block_on(runtime.spawn_blocking([] {})).has_value());
  handle.reset();
}

// (The C library keeps the stacks of threads that have ended, and may give a new thread one that is larger than it asked for.)
TEST_F(BuilderTest, ThreadStackSize_IsThatOfTheThreads) {
  constexpr std::size_t kLarge = 64 << 20;
  const Runtime large = Builder::new_multi_thread().worker_threads(1).thread_stack_size(kLarge).build();
  EXPECT_GE(in_a_task(large, stack_of_this_thread), kLarge);
  EXPECT_GE(large.block_on(large.spawn_blocking(stack_of_this_thread)).value(), kLarge);
  const Runtime plain = Builder::new_multi_thread().worker_threads(1).build();
  EXPECT_GE(in_a_task(plain, stack_of_this_thread), 2u << 20);
  EXPECT_LT(in_a_task(plain, stack_of_this_thread), kLarge);
}

TEST_F(BuilderTest, WhatTheSystemRefuses_IsASystemError_AndNothingIsLeftBehind) {
  auto builder = Builder::new_multi_thread().worker_threads(2);
  builder.thread_stack_size(std::size_t{1} << 60);
  EXPECT_THROW((void)builder.build(), std::system_error);
}

TEST_F(BuilderTest, MaxBlockingThreads_BoundsThem) {
  const Runtime runtime = Builder::new_current_thread().max_blocking_threads(2).build();
  base::Parker go[3];
  std::vector<JoinHandle<>> calls;
  for (auto& each : go) calls.push_back(runtime.spawn_blocking([&each] { each.park(); }));
  yield_until([&] { return runtime.metrics().blocking_queue_depth == 1; });
  EXPECT_EQ(runtime.metrics().blocking_threads, 2u);
  for (auto& each : go) each.unpark();
  for (auto& call : calls) EXPECT_TRUE(runtime.block_on(call).has_value());
}

TEST_F(BuilderTest, ThreadKeepAlive_EndsIdleBlockingThreads_WhoeverDrives) {
  for (auto builder : {Builder::new_current_thread(), Builder::new_multi_thread()}) {
    for (const bool has_time : {false, true}) {
      if (has_time) builder.enable_time();
      builder.thread_keep_alive(std::chrono::milliseconds(1));
      const Runtime runtime = builder.build();
      (void)runtime.block_on(runtime.spawn_blocking([] {}));
      yield_until([&] { return runtime.metrics().blocking_threads == 0; });
      (void)runtime.block_on(runtime.spawn_blocking([] {}));  // and starts another one
    }
  }
}

TEST_F(BuilderTest, TheHooksOfTheThreads_AreCalledOnceInEach) {
  base::Atomic<int> starts = 0, stops = 0;
  {
    const Runtime runtime = Builder::new_multi_thread()
                                .worker_threads(2)
                                .on_thread_start([&] {
                                  EXPECT_TRUE(Handle::has_current());
                                  ++starts;
                                })
                                .on_thread_stop([&] { ++stops; })
                                .build();
    (void)runtime.block_on(runtime.spawn_blocking([] {}));
    yield_until([&] { return starts == 3; });
    EXPECT_EQ(stops, 0);
  }
  EXPECT_EQ(starts, 3);
  EXPECT_EQ(stops, 3);
}

TEST_F(BuilderTest, TheHooksOfParking_AreCalledAroundEachSleep) {
  base::Atomic<int> parks = 0, unparks = 0;
  const Runtime runtime = Builder::new_multi_thread()
                              .worker_threads(1)
                              .on_thread_park([&] { ++parks; })
                              .on_thread_unpark([&] { ++unparks; })
                              .build();
  yield_until([&] { return runtime.metrics().idle_workers == 1; });
  EXPECT_EQ(parks, 1);
  EXPECT_EQ(unparks, 0);
  (void)in_a_task(runtime, [] { return 0; });
  yield_until([&] { return parks == 2; });
  EXPECT_EQ(unparks, 1);
}

// Question: a worker has nothing to do, and its hook spawns something. When is that run?
TEST_F(BuilderTest, WhatTheHookOfParkingSpawns_IsRunBeforeTheSleep) {
  Notify never;
  for (auto builder : {Builder::new_multi_thread().worker_threads(1), Builder::new_current_thread()}) {
    bool spawned = false;
    base::Atomic<bool> ran = false;
    const Runtime runtime = builder
                                .on_thread_park([&] {
                                  if (std::exchange(spawned, true)) return;
                                  spawn([&]() -> Async<> {
                                    ran = true;
                                    never.notify_one();
                                    co_return;
                                  }).detach();
                                })
                                .build();
    runtime.block_on([&] { return never.notified(); });
    EXPECT_TRUE(ran);
  }
}

TEST_F(BuilderTest, WhatTheHookOfTheEndSpawns_IsCancelled) {
  Counts locals;
  {
    const Runtime runtime =
        Builder::new_multi_thread()
            .worker_threads(2)
            .on_thread_stop([&] { spawn([life = Counted(locals)]() mutable { return pending(); }).detach(); })
            .build();
  }
  EXPECT_EQ(locals.made, 2u);
  EXPECT_EQ(locals.live(), 0u);
}

TEST_F(BuilderTest, WithoutIo_ASocketIsRefused_AndSaysWhatToDo) {
  const Runtime runtime = Builder::new_current_thread().enable_time().build();
  const auto guard = runtime.enter();
  try {
    (void)UdpSocket::bind("127.0.0.1:0");
    FAIL() << "nobody would look at it";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "this runtime has no I/O: build it with enable_io()");
  }
}

TEST_F(BuilderTest, WithoutTime_ASleepIsRefused_AndTheTaskSaysSo) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(1).enable_io().build();
  auto task = runtime.spawn([]() -> Async<> { co_await sleep(std::chrono::hours(1)); });
  EXPECT_THROW(runtime.block_on(task).error().rethrow(), std::logic_error);
}

// Predict: two tasks yield for ever on one worker; one more comes from outside. After how many turns is it run?
TEST_F(BuilderTest, GlobalQueueInterval_IsHowOftenTheSharedQueueComesFirst) {
  for (const std::uint32_t interval : {1u, 100u}) {
    const Runtime runtime =
        Builder::new_multi_thread().worker_threads(1).global_queue_interval(interval).build();
    std::uint64_t turns = 0;  // the one worker's
    bool stop = false;
    base::Parker begun, spawned;
    auto yields = runtime.spawn([&]() -> Async<> {
      begun.unpark();
      spawned.park();  // the task from outside is in the shared queue now
      while (!stop) {
        ++turns;
        co_await yield_now();
      }
    });
    begun.park();
    auto from_outside = runtime.spawn([&]() -> Async<> {
      stop = true;
      co_return;
    });
    spawned.unpark();
    (void)runtime.block_on(yields);
    (void)runtime.block_on(from_outside);
    EXPECT_LE(turns, interval + 1);
    EXPECT_GE(turns, interval / 2);
  }
}

TEST_F(BuilderTest, EventInterval_IsHowOftenABusyWorkerLooksForTimers) {
  for (const std::uint32_t interval : {1u, 1000u}) {
    const Runtime runtime =
        Builder::new_multi_thread().worker_threads(1).event_interval(interval).enable_time().build();
    std::uint64_t turns = 0;
    auto yields = runtime.spawn([&]() -> Async<> {
      for (std::uint32_t i = 0; i < 20; ++i) co_await yield_now();
      std::optional<JoinHandle<>> sleeps;
      Instant due;
      auto time = std::chrono::milliseconds(1);
      do {  // again, if it was over at its first poll
        time *= 2;
        sleeps = spawn([time] { return sleep(time); });
        co_await yield_now();  // it begins to sleep
        due = later(now(), 2 * time);
      } while (sleeps->is_finished());
      while (now() < due) {
      }  // the time is over, and nobody has looked
      for (; !sleeps->is_finished(); ++turns) co_await yield_now();
      (void)co_await *sleeps;
    });
    (void)runtime.block_on(yields);
    EXPECT_LE(turns, interval + 5);
    EXPECT_GE(turns, interval * 9 / 10);
  }
}

TEST_F(BuilderTest, OneBuilder_MakesSeveralRuntimes) {
  const auto builder = Builder::new_multi_thread().worker_threads(1).thread_name("same");
  const Runtime first = builder.build(), second = builder.build();
  EXPECT_EQ(in_a_task(first, [] { return std::string(base::thread_name()); }), "same");
  EXPECT_EQ(in_a_task(second, [] { return 1; }), 1);
}

}  // namespace
