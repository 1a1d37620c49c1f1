// s5_router_test.cpp -- actors that stand still or die are replaced in time; nobody who asks notices but by the clock.
#include "ch08_actors/s5_router.hpp"

#include <gtest/gtest.h>

#include "common/base/parker.hpp"
#include "common/time/sleep.hpp"

#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/tests/supervised_fixture.hpp"

namespace ch08 {
namespace {

using namespace std::chrono_literals;

Async<> set_and_check(Store store, int number) {
  const auto stored = co_await store.set(std::to_string(number), bytes_of("x"));
  EXPECT_TRUE(stored);
}

// As many as do not fit into all channels together.
Async<> ask_from_many(const Store& store, int count) {
  std::vector<JoinHandle<>> asked;
  for (int i = 0; i < count; ++i) asked.push_back(spawn(set_and_check, store, i));
  for (auto& one : asked) {
    const auto done = co_await one;
    EXPECT_TRUE(done);
  }
}

// How long 200 wait who ask while an actor is out of order.
Async<Duration> wait_of_many(SharedSettings settings, int& wrong, int times) {
  auto system = start_supervised_store(settings);
  const auto ready = co_await system.running.store.set("ready", bytes_of("x"));
  EXPECT_TRUE(ready);
  wrong = times;
  const Instant start = now();
  co_await ask_from_many(system.running.store, 200);
  const Duration waited = now() - start;
  co_await stop(std::move(system.running));
  co_return waited;
}

// Question: the key-value actor stands still while 200 ask: more than fit into its channel, its hand and the
// router's channel. How does the router hear that it must replace it? When is everybody answered?
// Predict: what would the router do if it only waited for room? Break in `forward_one`.
TEST_F(SupervisedStoreTest, AStuckActor_IsReplacedAtTheLimit_AndAll200AreAnswered) {
  goes_wrong(ActorType::key_value, stands_still_for_ever);
  EXPECT_EQ(run_async_main(wait_of_many(settings_, wrong_, 1), kOneThread), settings_->limit);
  EXPECT_EQ(told("reset"), 1u);
  EXPECT_EQ(from_text(text()).value().size(), 201u);
}

TEST_F(SupervisedStoreTest, AStuckWriter_IsReplacedAtTheLimit) {
  goes_wrong(ActorType::writer, stands_still_for_ever);
  EXPECT_EQ(run_async_main(wait_of_many(settings_, wrong_, 1), kOneThread), settings_->limit);
  EXPECT_EQ(told("the writer actor was not heard of in time: reset"), 1u);
  EXPECT_EQ(from_text(text()).value().size(), 201u);
}

TEST_F(SupervisedStoreTest, ADeadActor_IsReplacedWithinTheLimit) {
  for (const auto who : {ActorType::key_value, ActorType::writer}) {
    goes_wrong(who, throws);
    const Duration waited = run_async_main(wait_of_many(settings_, wrong_, 1), kOneThread);
    EXPECT_GT(waited, 0ms);
    EXPECT_LE(waited, settings_->limit);
  }
  EXPECT_EQ(told("reset"), 2u);
  EXPECT_EQ(told("the key-value actor has died: out of order"), 1u);
  EXPECT_EQ(told("the key-value actor has died: the writer actor has died: out of order"), 1u);
  EXPECT_EQ(from_text(text()).value().size(), 201u);
}

// Question: ten seconds without a request, and ten in which there is always one. Who is reset?
// Predict: when does a busy actor beat? (The book's only beats after 200 ms without a message.) Break in
//   `Pulse::beat`.
TEST_F(SupervisedStoreTest, NeitherAnIdleNorABusyActor_IsReset) {
  const auto body = [](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    co_await sleep(10s);
    const Instant start = now();
    while (now() - start < 10s) {
      const auto got = co_await system.running.store.get("key");
      EXPECT_TRUE(got);
      co_await sleep(100ms);
    }
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(told("reset"), 0u);
  EXPECT_EQ(told("Data loaded"), 1u);
}

// Question: a message comes just before the next beat, and the work takes nearly the limit. Then nothing
// comes for a while. Is anybody reset?
// Predict: how old is the last beat when the work begins, when it ends, and 200 ms after? Break in
// `Pulse::beat`.
TEST_F(SupervisedStoreTest, WorkThatTakesNearlyTheLimit_IsNotTakenForAStandstill) {
  for (const auto who : {ActorType::key_value, ActorType::writer}) {
    settings_->before_work = [who](ActorType actor) -> Async<> {
      if (actor == who) co_await sleep(499ms);
    };
    const auto body = [](SharedSettings settings) -> Async<> {
      auto system = start_supervised_store(settings);
      const auto ready = co_await system.running.store.get("key");
      EXPECT_TRUE(ready);
      co_await sleep(350ms);
      const auto stored = co_await system.running.store.set("key", bytes_of("x"));
      EXPECT_TRUE(stored);
      co_await sleep(2150ms);
      const auto got = co_await system.running.store.get("key");  // for which the writer is not asked
      EXPECT_TRUE(got);
      co_await sleep(2s);
      co_await stop(std::move(system.running));
    };
    run_async_main(body(settings_), kOneThread);
    EXPECT_EQ(told("reset"), 0u) << (who == ActorType::writer ? "writer" : "key-value actor");
  }
}

// Question: a reset is sent while requests wait. Are they lost with the old actor's channel, as in the book?
// Predict: who owns the receiver of that channel? Break in `Supervised::replace`.
TEST_F(SupervisedStoreTest, AForcedReset_LosesNoRequest) {
  const auto body = [](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    std::vector<JoinHandle<>> asked;
    for (int i = 0; i < 200; ++i) {
      asked.push_back(spawn(set_and_check, system.running.store, i));
      if (i % 20 != 0) continue;
      ControlMessage reset(std::in_place_type<Reset>, ActorType::writer);
      (void)co_await system.control.send(std::move(reset));
      co_await sleep(1ms);
    }
    for (auto& one : asked) {
      const auto done = co_await one;
      EXPECT_TRUE(done);
    }
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(from_text(text()).value().size(), 200u);
  EXPECT_GE(told("Data loaded"), 2u);
}

// Question: the writer hangs in a sync that does not come back. It was aborted; may the new one write?
// Predict: who holds the lock, and until when? Break in `DataFile::open`.
TEST_F(SupervisedStoreTest, TheNewWriterOpensTheFile_OnlyWhenTheOldOneIsGone) {
  base::Parker released;
  bool hangs = false;
  calls_->fails = [&](const std::string& call) {
    if (call == "sync data.json.new" && std::exchange(hangs, false)) released.park();
    return 0;
  };
  std::vector<std::string> before_release;
  settings_->tell = [&, tell = settings_->tell](const std::string& line) {
    tell(line);
    if (line.find("waiting until") == line.npos) return;
    before_release = calls_->calls();
    calls_->forget();
    released.unpark();
  };
  const auto body = [&](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    const auto ready = co_await system.running.store.set("key", bytes_of("1"));
    EXPECT_TRUE(ready);
    calls_->forget();
    hangs = true;
    const auto stored = co_await system.running.store.set("key", bytes_of("2"));
    EXPECT_TRUE(stored);
    const auto got = co_await system.running.store.get("key");
    EXPECT_EQ(got.value(), bytes_of("2"));
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), kOneThread);
  // While it hung, nobody else touched the file.
  EXPECT_EQ(before_release, (std::vector<std::string>{"unlink data.json.new", "open data.json.new",
                                                      "write data.json.new", "sync data.json.new"}));
  // The old one's write is whole before the new one reads, and that one writes it again.
  const auto after = calls_->calls();
  ASSERT_GE(after.size(), 6u);
  EXPECT_EQ(after[2], "rename data.json.new data.json");
  EXPECT_EQ(after[5], "unlink data.json.old");
  EXPECT_EQ(calls_->count("rename data.json.new data.json"), 2u);
}

}  // namespace
}  // namespace ch08
