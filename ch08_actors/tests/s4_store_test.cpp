// s4_store_test.cpp -- the store on a file: who is answered when, and what the next start finds.
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/base/parker.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s4_demo_store.hpp"
#include "ch08_actors/s4_key_value_actor.hpp"
#include "ch08_actors/s4_router.hpp"
#include "ch08_actors/tests/print_reason.hpp"
#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {
namespace {

using StoreOnFile = StoreOnFileTest;

Async<> sets_and_deletes(SharedSettings settings) {
  auto running = start_store(settings);
  for (int i = 0; i < 20; ++i) {
    const auto stored =
        co_await running.store.set("key " + std::to_string(i % 7), bytes_of(std::to_string(i)));
    EXPECT_TRUE(stored);
  }
  const auto gone = co_await running.store.remove("key 0");
  EXPECT_TRUE(gone);
  co_await stop(std::move(running));
}

Async<Value> first_get(SharedSettings settings, std::string key) {
  auto running = start_store(settings);
  const auto value = co_await running.store.get(std::move(key));
  co_await stop(std::move(running));
  co_return value.value();
}

TEST_F(StoreOnFile, WhatWasSet_IsThereAtTheNextStart_OnEitherRuntime) {
  const Deadline deadline("a store never ended");
  for (const auto flavor : {kOneThread, RuntimeFlavor::multi_thread}) {
    run_async_main(sets_and_deletes(settings_), flavor);
    EXPECT_EQ(run_async_main(first_get(settings_, "key 6"), flavor), bytes_of("13"));
    EXPECT_EQ(run_async_main(first_get(settings_, "key 0"), flavor), std::nullopt);
  }
}

// Question: stop() is ready. Can the next writer open the file at once, or only some time later?
// Predict: who has the lock when the key-value actor ends? Break in `WriterClient::end`.
TEST_F(StoreOnFile, Stopped_TheFileIsFree) {
  const Deadline deadline("a store never ended");
  const auto body = [](SharedSettings settings) -> Async<> {
    for (int i = 0; i < 50; ++i) {
      auto running = start_store(settings);
      const auto got = co_await running.store.get("key");
      EXPECT_TRUE(got);
      co_await stop(std::move(running));
      EXPECT_TRUE(DataFile::open(settings->path, settings->calls)) << i;
    }
  };
  run_async_main(body(settings_), RuntimeFlavor::multi_thread);
}

// Question: set() is acknowledged. What has happened to the disk by then?
// Predict: the last call before the answer. Break in `answer`.
TEST_F(StoreOnFile, Acknowledged_OnlyAfterTheFolderIsSynced) {
  const Deadline deadline("a write was never acknowledged");
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto ready = co_await running.store.get("nothing");
    EXPECT_TRUE(ready);
    calls.forget();
    const auto stored = co_await running.store.set("hello", bytes_of("world"));
    EXPECT_TRUE(stored);
    EXPECT_EQ(calls.count("sync folder"), 1u);
    EXPECT_EQ(calls.count("sync data.json.new"), 1u);
    calls.forget();
    const auto got = co_await running.store.get("hello");
    EXPECT_EQ(got.value(), bytes_of("world"));
    EXPECT_TRUE(calls.calls().empty()) << "a get writes nothing";
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
}

Async<> set_number(Store store, int number) {
  const auto stored = co_await store.set(std::to_string(number), bytes_of("x"));
  EXPECT_TRUE(stored);
}

// Question: sixty writes wait while one is on its way to the disk. How many syncs do they need?
// Predict: how many fit into the actor's channel? Break in `Inbox::begin`.
TEST_F(StoreOnFile, WhateverWaits_IsWrittenInOneGo) {
  const Deadline deadline("a write was never acknowledged");
  const auto body = [](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    std::vector<JoinHandle<>> writers;
    for (int i = 0; i < 60; ++i) writers.push_back(spawn(set_number, running.store, i));
    for (auto& writer : writers) {
      const auto done = co_await writer;
      EXPECT_TRUE(done);
    }
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_LE(calls_->count("sync data.json.new"), 10u);
  EXPECT_EQ(from_text(text()).value().size(), 60u);
}

// Question: two sets and a get between them wait together. What does the get say? And if the write fails?
// Predict: the map when the get is answered. Break in `answer_from`.
TEST_F(StoreOnFile, AGetBetweenTwoSets_SeesTheFirst_AndOnlyIfItIsOnDisk) {
  const Deadline deadline("a request was never answered");
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto zero = co_await running.store.set("key", bytes_of("0"));
    EXPECT_TRUE(zero);
    for (const bool fails : {false, true}) {
      calls.fails = [fails](const std::string& call) {
        return fails && call == "sync data.json.new" ? EIO : 0;
      };
      auto first = spawn(running.store.set("key", bytes_of(fails ? "3" : "1")));
      auto between = spawn(running.store.get("key"));
      auto second = spawn(running.store.set("key", bytes_of(fails ? "4" : "2")));
      const auto first_done = co_await first;
      const auto got = co_await between;
      const auto second_done = co_await second;
      EXPECT_EQ(first_done.value().has_value(), !fails);
      EXPECT_EQ(second_done.value().has_value(), !fails);
      EXPECT_EQ(got.value().value(), bytes_of(fails ? "2" : "1"));
    }
    calls.fails = [](const std::string&) { return 0; };
    const auto last = co_await running.store.get("key");
    EXPECT_EQ(last.value(), bytes_of("2"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
}

TEST_F(StoreOnFile, ABadKey_IsRefusedAndItsNeighboursAreStored) {
  const Deadline deadline("a request was never answered");
  const auto body = [](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    auto before = spawn(running.store.set("before", bytes_of("1")));
    auto bad = spawn(running.store.set("bad \xFF", bytes_of("2")));
    auto after = spawn(running.store.set("after", bytes_of("3")));
    const auto first = co_await before;
    const auto refused = co_await bad;
    const auto last = co_await after;
    EXPECT_TRUE(first.value() && last.value());
    EXPECT_EQ(refused.value().error().reason(), StoreError::bad_key);
    const auto got = co_await running.store.get("bad \xFF");
    EXPECT_EQ(got.error().reason(), StoreError::bad_key);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(from_text(text()).value(), (Map{{"after", bytes_of("3")}, {"before", bytes_of("1")}}));
}

// Question: whoever asked for a change is aborted before it is answered. Is the change made?
// Predict: who holds the message by then? Break in `ask`.
TEST_F(StoreOnFile, AskerIsGone_TheChangeIsMadeAllTheSame) {
  const Deadline deadline("a request was never answered");
  base::Parker asker_is_gone;  // before that the change is not made: a quick disk would answer in time
  calls_->fails = [&asker_is_gone](const std::string& call) {
    if (call == "open data.json.new") asker_is_gone.park();
    return 0;
  };
  const auto body = [&asker_is_gone](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    auto asked = spawn(running.store.set("hello", bytes_of("world")));
    co_await yield_now();
    asked.abort();
    const auto outcome = co_await asked;
    asker_is_gone.unpark();
    EXPECT_TRUE(!outcome && outcome.error().is_cancelled());
    const auto got = co_await running.store.get("hello");
    EXPECT_EQ(got.value(), bytes_of("world"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
}

TEST(InboxTest, AfterATryThatWasNotFinished_TheyAreTriedOneByOne_ThreeTimes) {
  auto channel = mpsc::channel<KeyValueMessage>(4);
  Inbox inbox(std::move(channel.receiver));
  std::vector<oneshot::Receiver<StoreResult<Value>>> answers;
  for (int i = 0; i < 3; ++i) {
    auto answer = oneshot::channel<StoreResult<Value>>();
    inbox.in_hand.emplace_back(std::in_place_type<GetKeyValueMessage>, "key", std::move(answer.sender));
    answers.push_back(std::move(answer.receiver));
  }
  EXPECT_EQ(inbox.begin(), 3u);
  EXPECT_FALSE(inbox.is_tried_again());
  EXPECT_EQ(inbox.begin(), 1u);
  EXPECT_TRUE(inbox.is_tried_again());
  EXPECT_EQ(inbox.begin(), 1u);
  EXPECT_EQ(inbox.begin(), 0u);
  EXPECT_EQ(inbox.take(1).size(), 1u);
  for (int i = 0; i < 2; ++i) {
    auto new_one = oneshot::channel<StoreResult<Value>>();
    inbox.in_hand.emplace_back(std::in_place_type<GetKeyValueMessage>, "key", std::move(new_one.sender));
    EXPECT_EQ(inbox.begin(), 1u) << "those behind it have all their tries, and go on one by one";
    EXPECT_TRUE(inbox.is_tried_again()) << "they were in the first try too";
    EXPECT_EQ(inbox.take(1).size(), 1u);
  }
  EXPECT_EQ(inbox.begin(), 2u) << "the new ones were in no try: together again";
  EXPECT_FALSE(inbox.is_tried_again());
  EXPECT_EQ(inbox.take(2).size(), 2u);
  EXPECT_TRUE(inbox.in_hand.empty());
}

TEST(StoreSettingsTest, NoName_IsRefused) { EXPECT_THROW(StoreSettings(""), std::invalid_argument); }

TEST_F(StoreOnFile, ABeatThatTakesNoTimeOrALimitThatIsNotLonger_IsRefused) {
  for (const auto& [beat, limit] : {std::pair(0, 1), std::pair(-1, 1), std::pair(200, 200)}) {
    settings_->beat = std::chrono::milliseconds(beat);
    settings_->limit = std::chrono::milliseconds(limit);
    EXPECT_THROW((void)start_store(settings_), std::invalid_argument);
  }
}

// A disk with 30 ms for a sync made every demo of 8.5 fail at speed 10, when its limit was 50 ms of real
// time.
TEST(DemoStoreTest, WhatTheDiskMayTake_IsTheSameRealTimeAtAnySpeed) {
  demo::Options options;
  options.speed = 10;
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  EXPECT_EQ(settings->limit / options.speed, StoreSettings("x").limit);
  EXPECT_EQ(settings->lock_limit / options.speed, StoreSettings("x").lock_limit);
}

}  // namespace
}  // namespace ch08
