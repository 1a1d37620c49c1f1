// s5_router_edges_test.cpp -- requests that kill, tries that fail, and a router that is stopped or aborted meanwhile.
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/base/parker.hpp"
#include "common/future/yield_now.hpp"
#include "common/time/sleep.hpp"
#include "common/time/system_clock.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s5_router.hpp"
#include "ch08_actors/tests/print_reason.hpp"
#include "ch08_actors/tests/supervised_fixture.hpp"

namespace ch08 {
namespace {

using namespace std::chrono_literals;

// Question: one request kills whoever takes it. What becomes of it, and of those that wait behind it?
// Predict: how many actors die? Break in `Inbox::begin`.
TEST_F(SupervisedStoreTest, ARequestThatKillsEachActor_IsGivenUpAndTheOthersAreAnswered) {
  goes_wrong(ActorType::key_value, throws);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    auto system = start_supervised_store(settings);
    const Store& store = system.running.store;
    const auto ready = co_await store.set("ready", bytes_of("x"));
    EXPECT_TRUE(ready);
    wrong = 3;  // the three tries of the first one
    auto first = spawn(store.set("first", bytes_of("x")));
    auto second = spawn(store.set("second", bytes_of("x")));
    const auto gave_up = co_await first;
    const auto stored = co_await second;
    EXPECT_EQ(gave_up.value().error().reason(), StoreError::uncertain);
    EXPECT_TRUE(stored.value());
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_, wrong_), kOneThread);
  EXPECT_EQ(told("reset"), 3u);
  EXPECT_EQ(from_text(text()).value(), (Map{{"ready", bytes_of("x")}, {"second", bytes_of("x")}}));
}

// Question: whichever writer is made dies when it reads the file. Does whoever asks wait for ever? And
//   whoever stops?
// Predict: how many writers die over one request? Break in `Inbox::take_waiting`.
TEST_F(SupervisedStoreTest, EachWriterDies_RequestsAreGivenUpAndTheStoreCanBeStopped) {
  goes_wrong(ActorType::writer, throws);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    wrong = 1'000'000;
    auto system = start_supervised_store(settings);
    const auto first = co_await system.running.store.set("key", bytes_of("x"));
    EXPECT_EQ(first.error().reason(), StoreError::uncertain);
    auto last = spawn(system.running.store.get("key"));
    co_await stop(std::move(system.running));
    const auto got = co_await last;
    EXPECT_EQ(got.value().error().reason(), StoreError::uncertain);
  };
  run_async_main(body(settings_, wrong_), kOneThread);
}

// Question: the first try writes the change, and is cut off before the answer. The second one cannot write.
// What may the answer say?
// Predict: what is in the file by then? Break in `Inbox::is_tried_again`.
TEST_F(SupervisedStoreTest, AChangeThatFailsAtItsSecondTry_IsNotSaidToBeMissing) {
  base::Parker released;
  bool hangs = false, is_full = false;
  calls_->fails = [&](const std::string& call) {
    if (call == "sync folder" && std::exchange(hangs, false)) released.park();
    return call == "open data.json.new" && is_full ? ENOSPC : 0;
  };
  settings_->tell = [&, tell = settings_->tell](const std::string& line) {
    tell(line);
    if (line.find("waiting until") == line.npos) return;
    is_full = true;
    released.unpark();
  };
  const auto body = [&](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    const auto ready = co_await system.running.store.set("key", bytes_of("1"));
    EXPECT_TRUE(ready);
    hangs = true;
    auto changed = spawn(system.running.store.set("key", bytes_of("2")));
    auto other = spawn(system.running.store.set("other", bytes_of("1")));
    const auto uncertain = co_await changed;
    EXPECT_EQ(uncertain.value().error().reason(), StoreError::uncertain);
    EXPECT_NE(uncertain.value().error().message().find("No space left on device"), std::string::npos);
    (void)co_await other;
    const auto fresh = co_await system.running.store.set("key", bytes_of("3"));
    EXPECT_EQ(fresh.error().reason(), StoreError::not_written) << "this one had one try only";
    const auto got = co_await system.running.store.get("key");
    EXPECT_EQ(got.value(), bytes_of("2"));
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(from_text(text()).value().at("key"), bytes_of("2"));
}

TEST_F(SupervisedStoreTest, StoppedWhileItsActorStandsStill_TheLastRequestsAreAnswered) {
  goes_wrong(ActorType::key_value, stands_still_for_ever);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    auto system = start_supervised_store(settings);
    wrong = 1;
    auto asked = spawn(system.running.store.set("last", bytes_of("x")));
    co_await stop(std::move(system.running));
    const auto stored = co_await asked;
    EXPECT_TRUE(stored.value());
  };
  run_async_main(body(settings_, wrong_), kOneThread);
  EXPECT_EQ(from_text(text()).value().size(), 1u);
}

TEST_F(SupervisedStoreTest, StoppedWhileItsActorDies_TheLastRequestsAreAnswered) {
  goes_wrong(ActorType::key_value, throws);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    auto system = start_supervised_store(settings);
    wrong = 1;
    auto asked = spawn(system.running.store.set("last", bytes_of("x")));
    co_await stop(std::move(system.running));
    const auto stored = co_await asked;
    EXPECT_TRUE(stored.value());
  };
  run_async_main(body(settings_, wrong_), kOneThread);
  EXPECT_EQ(from_text(text()).value().size(), 1u);
}

// Question: whoever asked is gone, and so is everybody else who could ask; then the actor dies over that
// request. Is it carried out?
// Predict: what is left that keeps the router going? Break in `finish`.
TEST_F(SupervisedStoreTest, TheActorDiesWhenAllAskersAreGone_WhatTheyAskedIsDoneAllTheSame) {
  goes_wrong(ActorType::key_value, throws);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    auto system = start_supervised_store(settings);
    const auto ready = co_await system.running.store.get("last");
    EXPECT_TRUE(ready);
    wrong = 1;
    auto asked = spawn(system.running.store.set("last", bytes_of("x")));
    co_await yield_now();
    asked.abort();
    (void)co_await asked;
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_, wrong_), kOneThread);
  EXPECT_EQ(told("reset"), 0u) << "nobody had to wait for the supervisor";
  EXPECT_EQ(told("the key-value actor has died: out of order"), 1u);
  EXPECT_EQ(from_text(text()).value().size(), 1u);
}

// To replace it would not help: the next one would wait as well.
TEST_F(SupervisedStoreTest, AWriterThatWaitsForTheLock_IsNotReset) {
  const auto body = [this](SharedSettings settings) -> Async<> {
    auto other = DataFile::open(settings->path, std::make_shared<FileCalls>()).value();
    auto system = start_supervised_store(settings);
    auto asked = spawn(system.running.store.get("key"));
    co_await sleep(4s);
    EXPECT_FALSE(asked.is_finished());
    EXPECT_EQ(told("reset"), 0u);
    other.reset();
    const auto got = co_await asked;
    EXPECT_TRUE(got.value());
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), kOneThread);
}

TEST_F(SupervisedStoreTest, TheRouterIsAborted_ItsActorThatStandsStillLetsGoOfTheFile) {
  goes_wrong(ActorType::key_value, stands_still_for_ever);
  const auto body = [](SharedSettings settings, int& wrong) -> Async<> {
    auto system = start_supervised_store(settings);
    const auto ready = co_await system.running.store.set("key", bytes_of("x"));
    EXPECT_TRUE(ready);
    wrong = 1;
    auto asked = spawn(system.running.store.get("key"));
    co_await sleep(100ms);
    system.running.router.abort();
    const auto closed = co_await asked;
    EXPECT_EQ(closed.value().error().reason(), StoreError::closed);
    bool is_free = false;
    for (int i = 0; i < 10 && !is_free; ++i) {
      co_await sleep(1ms);
      is_free = DataFile::open(settings->path, settings->calls).has_value();
    }
    EXPECT_TRUE(is_free);
  };
  run_async_main(body(settings_, wrong_), kOneThread);
}

// The one thing that a supervisor cannot do; at least it says so. By real time: no clock stops a thread that
// spins.
TEST_F(StoreOnFileTest, AnActorThatDoesNotReturnFromAPoll_IsToldAndReplacedWhenItDoes) {
  const Deadline deadline("a poll was never left");
  const SystemClock clock(10);
  settings_->limit = 10min;  // the supervisor keeps out of it
  base::Parker released;
  base::Locked<bool> is_stuck(false);
  settings_->before_work = [&](ActorType actor) -> Async<> {
    // In a poll of its own: what an actor has woken in the same poll may be next in line on its thread, and
    // stuck with it; here that is the router, by the beat.
    co_await sleep(1ms);
    if (actor == ActorType::key_value && !std::exchange(*is_stuck.lock(), true)) released.park();
  };
  settings_->tell = [&, tell = settings_->tell](const std::string& line) {
    tell(line);
    if (line.find("does not return from a poll") != line.npos) released.unpark();
  };
  const auto body = [&](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    auto asked = spawn(system.running.store.set("key", bytes_of("x")));
    while (!*is_stuck.lock()) co_await yield_now();
    ControlMessage reset(std::in_place_type<Reset>, ActorType::key_value);
    (void)co_await system.control.send(std::move(reset));
    const auto stored = co_await asked;
    EXPECT_TRUE(stored.value());
    co_await stop(std::move(system.running));
  };
  const Runtime runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build();
  runtime.block_on(body(settings_));
  EXPECT_EQ(told("does not return from a poll"), 1u);
}

TEST_F(SupervisedStoreTest, ALimitThatIsNotLongerThanABeat_IsRefused) {
  settings_->limit = settings_->beat;
  EXPECT_THROW((void)start_supervised_store(settings_), std::invalid_argument);
}

}  // namespace
}  // namespace ch08
