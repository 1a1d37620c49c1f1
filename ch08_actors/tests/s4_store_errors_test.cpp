// s4_store_errors_test.cpp -- the store on a file: what a failure leaves, and what those who asked are told.
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s4_router.hpp"
#include "ch08_actors/tests/print_reason.hpp"
#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {
namespace {

class StoreErrorsTest : public StoreOnFileTest {
 protected:
  const Deadline deadline_{"a request was never answered"};
};

TEST_F(StoreErrorsTest, AFailedSyncOfTheFolder_IsAnErrorAndTheOldValueStays) {
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
TEST_F(StoreErrorsTest, TheOldFileCannotBePutBack_TheFileDecidesWhatIsThere) {
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    calls.fails = [failed = false](const std::string& call) mutable {
      if (call == "rename data.json.old data.json") return EIO;
      return call == "sync folder" && !std::exchange(failed, true) ? EIO : 0;
    };
    auto beside = spawn(running.store.get("key"));  // taken together with the set
    const auto stored = co_await running.store.set("key", bytes_of("new"));
    EXPECT_FALSE(stored);
    EXPECT_EQ(stored.error().reason(), StoreError::uncertain);
    EXPECT_NE(stored.error().message().find("the new one is there"), std::string::npos);
    const auto together = co_await beside;
    EXPECT_EQ(together.value().value(), bytes_of("new"));
    const auto after = co_await running.store.get("key");
    EXPECT_EQ(after.value(), bytes_of("new"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
  EXPECT_EQ(text(), to_text({{"key", bytes_of("new")}}));
}

// Question: the old file is back under its name, but no sync says that it stays. May a get that was taken
// together with the set be told the old value? Or the new one?
// Predict: which of the two does a power cut leave? Break in `answer`.
TEST_F(StoreErrorsTest, TheFolderCannotBeSynced_NobodyIsToldAValueUntilItCan) {
  const auto body = [](SharedSettings settings, ScriptedCalls& calls) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    bool is_broken = true;
    calls.fails = [&](const std::string& call) { return is_broken && call == "sync folder" ? EIO : 0; };
    auto beside = spawn(running.store.get("key"));
    const auto stored = co_await running.store.set("key", bytes_of("new"));
    EXPECT_EQ(stored.error().reason(), StoreError::uncertain);
    const auto together = co_await beside;
    EXPECT_EQ(together.value().error().reason(), StoreError::not_opened);
    const auto after = co_await running.store.get("key");
    EXPECT_EQ(after.error().reason(), StoreError::not_opened);
    is_broken = false;
    const auto mended = co_await running.store.get("key");
    EXPECT_EQ(mended.value(), bytes_of("old"));
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_, *calls_), kOneThread);
}

// Before the rename, or after it: the store cannot tell.
TEST_F(StoreErrorsTest, AnExceptionOnTheBlockingPool_IsAnErrorAndTheStoreGoesOn) {
  const auto body = [](SharedSettings settings, ScriptedCalls& calls, std::string throwing) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    calls.fails = [throwing, thrown = false](const std::string& call) mutable {
      if (call == throwing && !std::exchange(thrown, true)) throw std::bad_alloc();
      return 0;
    };
    const auto failed = co_await running.store.set("key", bytes_of("new"));
    EXPECT_EQ(failed.error().reason(), StoreError::uncertain);
    EXPECT_NE(failed.error().message().find("bad_alloc"), std::string::npos);
    const auto got = co_await running.store.get("key");
    EXPECT_EQ(got.value(), bytes_of(throwing == "sync folder" ? "new" : "old"));
    const auto stored = co_await running.store.set("key", bytes_of("newer"));
    EXPECT_TRUE(stored);
    co_await stop(std::move(running));
  };
  for (const std::string throwing : {"sync data.json.new", "sync folder"}) {
    run_async_main(body(settings_, *calls_, throwing), kOneThread);
    EXPECT_EQ(text(), to_text({{"key", bytes_of("newer")}}));
  }
}

// The reason goes away while the store runs: then it opens its file after all.
TEST_F(StoreErrorsTest, NoFolder_EachRequestIsAnErrorUntilThereIsOne) {
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
TEST_F(StoreErrorsTest, AnotherProgramHasTheFile_IsAnErrorAfterFiveSeconds) {
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

// Without a supervisor: told at once, not when the store is stopped; nobody waits for an answer that never
// comes.
TEST_F(StoreErrorsTest, AnActorThatDies_IsToldAndItsRequestsAreAnsweredClosed) {
  settings_->before_work = [](ActorType actor) -> Async<> {
    if (actor == ActorType::key_value) throw std::runtime_error("out of order");
    co_return;
  };
  const auto body = [this](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    const auto first = co_await running.store.set("hello", bytes_of("world"));
    const auto second = co_await running.store.get("hello");
    EXPECT_EQ(first.error().reason(), StoreError::closed);
    EXPECT_EQ(second.error().reason(), StoreError::closed);
    EXPECT_EQ(told("the key-value actor has died: out of order"), 1u);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(told("the key-value actor has died"), 1u);
}

// Question: somebody removes data.json.lock under a running store, and starts another one. Are there two
// writers?
// Predict: which of the two has the file that is named data.json.lock now? Break in `DataFile::check_lock`.
TEST_F(StoreErrorsTest, TheLockFileIsRemoved_TheOldStoreWritesNothingUntilItHasTheNewLock) {
  const auto body = [this](SharedSettings settings) -> Async<> {
    auto running = start_store(settings);
    const auto before = co_await running.store.set("key", bytes_of("old"));
    EXPECT_TRUE(before);
    std::filesystem::remove(settings->path + ".lock");
    auto other = DataFile::open(settings->path, std::make_shared<FileCalls>()).value();
    const auto written = other->replace({{"key", bytes_of("of the other one")}});
    EXPECT_TRUE(written);
    const auto refused = co_await running.store.set("key", bytes_of("new"));
    EXPECT_EQ(refused.error().reason(), StoreError::in_use);
    EXPECT_EQ(text(), to_text({{"key", bytes_of("of the other one")}}));
    other.reset();
    const auto stored = co_await running.store.set("more", bytes_of("new"));
    EXPECT_TRUE(stored);
    co_await stop(std::move(running));
  };
  run_async_main(body(settings_), kOneThread);
  EXPECT_EQ(text(), to_text({{"key", bytes_of("of the other one")}, {"more", bytes_of("new")}}));
}

}  // namespace
}  // namespace ch08
