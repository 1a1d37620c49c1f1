// s4_store_test.cpp -- the store on a file: who is answered when, what the next start finds, and what a failure leaves.
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s4_key_value_actor.hpp"
#include "ch08_actors/s4_router.hpp"
#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {
namespace {

using StoreOnFile = StoreOnFileTest;
constexpr auto kOneThread = RuntimeFlavor::current_thread;

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

// The first sync of the folder is the one after reading, the second after the rename.
TEST_F(StoreOnFile, AFailedSyncOfTheFolder_IsAnErrorAndTheOldValueStays) {
  const Deadline deadline("a request was never answered");
  std::ofstream(settings_->path) << to_text({{"key", bytes_of("old")}});
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.get("key");
    EXPECT_EQ(before.value(), bytes_of("old"));
    calls.fails = [failed = false](const std::string& call) mutable {
      return call == "sync folder" && !std::exchange(failed, true) ? EIO : 0;
    };
    const auto stored = co_await running.store.set("key", bytes_of("new"));
    EXPECT_FALSE(stored);
    const auto after = co_await running.store.get("key");
    EXPECT_EQ(after.value(), bytes_of("old"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
  EXPECT_EQ(text(), to_text({{"key", bytes_of("old")}}));
}

// Question: the folder cannot be synced after the rename, and the old file cannot be put back either. What
// does a get say then, and what the next start?
// Predict: which map does the actor still have? Break in `Writer::load`.
TEST_F(StoreOnFile, TheOldFileCannotBePutBack_TheFileDecidesWhatIsThere) {
  const Deadline deadline("a request was never answered");
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    calls.fails = [failed = false](const std::string& call) mutable {
      if (call == "rename data.json.old data.json") return EIO;
      return call == "sync folder" && !std::exchange(failed, true) ? EIO : 0;
    };
    const auto stored = co_await running.store.set("key", bytes_of("new"));
    EXPECT_FALSE(stored);
    const auto after = co_await running.store.get("key");
    EXPECT_EQ(after.value(), bytes_of("new"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
  EXPECT_EQ(text(), to_text({{"key", bytes_of("new")}}));
}

TEST_F(StoreOnFile, AnExceptionOnTheBlockingPool_IsAnErrorAndTheStoreGoesOn) {
  const Deadline deadline("a request was never answered");
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    calls.fails = [thrown = false](const std::string& call) mutable {
      if (call == "sync data.json.new" && !std::exchange(thrown, true)) throw std::bad_alloc();
      return 0;
    };
    const auto refused = co_await running.store.set("key", bytes_of("new"));
    EXPECT_EQ(refused.error().reason(), StoreError::not_written);
    EXPECT_NE(refused.error().message().find("bad_alloc"), std::string::npos);
    const auto stored = co_await running.store.set("key", bytes_of("newer"));
    EXPECT_TRUE(stored);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
  EXPECT_EQ(text(), to_text({{"key", bytes_of("newer")}}));
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

// The reason goes away while the store runs: then it opens its file after all.
TEST_F(StoreOnFile, NoFolder_EachRequestIsAnErrorUntilThereIsOne) {
  const Deadline deadline("a request was never answered");
  settings_->path = folder_.path_of("later/data.json");
  const auto body = [](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    const auto refused = co_await running.store.set("hello", bytes_of("world"));
    EXPECT_EQ(refused.error().reason(), StoreError::not_opened);
    std::filesystem::create_directory(std::filesystem::path(settings->path).parent_path());
    const auto stored = co_await running.store.set("hello", bytes_of("world"));
    EXPECT_TRUE(stored);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(text(), to_text({{"hello", bytes_of("world")}}));
}

// Question: another program has the file. Does the store wait for ever?
// Predict: when is the answer there, and what does it say? Break in `Writer::open`.
TEST_F(StoreOnFile, AnotherProgramHasTheFile_IsAnErrorAfterFiveSeconds) {
  const Deadline deadline("a request was never answered");
  const PausedClock clock;
  const auto other = DataFile::open(settings_->path, std::make_shared<FileCalls>());
  ASSERT_TRUE(other);
  const auto body = [](SharedSettings settings) -> Async<Instant> {
    auto running = start_store(settings);
    const auto refused = co_await running.store.get("hello");
    EXPECT_EQ(refused.error().reason(), StoreError::in_use);
    const Instant answered = now();
    co_await stop(std::move(running));
    co_return answered;
  };
  EXPECT_EQ(run_async_main(body(settings_), kOneThread), Instant(settings_->lock_limit));
  EXPECT_EQ(told("waiting until it lets go"), 1u);
}

// Without a supervisor: told, and nobody waits for an answer that never comes.
TEST_F(StoreOnFile, AnActorThatDies_IsToldAndItsRequestsAreAnsweredClosed) {
  const Deadline deadline("a request was never answered");
  settings_->before_work = [](ActorType actor) -> Async<> {
    if (actor == ActorType::key_value) throw std::runtime_error("out of order");
    co_return;
  };
  const auto body = [](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    const auto first = co_await running.store.set("hello", bytes_of("world"));
    const auto second = co_await running.store.get("hello");
    EXPECT_EQ(first.error().reason(), StoreError::closed);
    EXPECT_EQ(second.error().reason(), StoreError::closed);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(told("the key-value actor has died: out of order"), 1u);
}

// Question: whoever asked for a change is aborted before it is answered. Is the change made?
// Predict: who holds the message by then? Break in `ask`.
TEST_F(StoreOnFile, AskerIsGone_TheChangeIsMadeAllTheSame) {
  const Deadline deadline("a request was never answered");
  const auto body = [](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    auto asked = spawn(running.store.set("hello", bytes_of("world")));
    co_await yield_now();
    asked.abort();
    const auto outcome = co_await asked;
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
  EXPECT_EQ(inbox.begin(), 1u);
  EXPECT_EQ(inbox.begin(), 1u);
  EXPECT_EQ(inbox.begin(), 0u);
  EXPECT_EQ(inbox.take(1).size(), 1u);
  EXPECT_EQ(inbox.begin(), 1u) << "those behind it have all their tries, and go on one by one";
  EXPECT_EQ(inbox.take(1).size(), 1u);
  EXPECT_EQ(inbox.begin(), 1u);
  EXPECT_EQ(inbox.take(1).size(), 1u);
  EXPECT_TRUE(inbox.in_hand.empty());
}

TEST(StoreSettingsTest, NoName_IsRefused) { EXPECT_THROW(StoreSettings(""), std::invalid_argument); }

}  // namespace
}  // namespace ch08
