// s6_state_test.cpp -- the threads' state: gathered, written, read back; and files that are none.
#include "ch07_runtime_tuning/s6_state.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Read this one first.
// Question: four threads, 1000 tasks; how many does each thread have, and what is the sum after 3.5 s, and at
// the end?
// Predict. Break in `get_complete_count`.
TEST(CompleteCountTest, SumOverAllThreads_IsExactAtAnyMoment) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  const LocalPoolHandle pool(4);
  auto handles = spawn_adders(pool, 1000);
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (std::vector<std::size_t>{250, 250, 250, 250}));
  EXPECT_EQ(shown(block_on(get_complete_count(pool))), "{}");
  blocking_sleep(3500ms);
  EXPECT_EQ(shown(block_on(get_complete_count(pool))), "{1: 400, 2: 200, 3: 200}");
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(shown(block_on(get_complete_count(pool))), "{1: 400, 2: 400, 3: 400, 4: 400, 5: 400}");
}

TEST(CompleteCountTest, RestoredState_IsCountedOn) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  const LocalPoolHandle pool(4);
  block_on(restore(pool, Counters{{1, 5}, {9, 7}}));
  for (auto& handle : spawn_adders(pool, 10)) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(shown(block_on(get_complete_count(pool))), "{1: 9, 2: 4, 3: 4, 4: 4, 5: 4, 9: 7}");
}

class StateFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "ch07_state.XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = (folder_ / "state.txt").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void fill(const std::string& text) { std::ofstream(path_) << text; }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(StateFileTest, WhatIsWritten_IsReadBack) {
  const Counters counters{{1, 200'000}, {3, 32'290}, {2, 4'000'000'000}};
  ASSERT_TRUE(write_state(path_, counters));
  EXPECT_EQ(text(), "1 200000\n2 4000000000\n3 32290\n");
  EXPECT_EQ(read_state(path_), counters);
  ASSERT_TRUE(write_state(path_, {}));
  EXPECT_EQ(read_state(path_), Counters());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1)
      << "nothing is left beside it";
}

TEST_F(StateFileTest, FileThatIsNoState_IsRefusedWithItsLine) {
  for (const char* const line :
       {"", "1", "one 2", "1 -2", "1 2 3", "1 2x", "-1 2", "1 99999999999", "1.5 2", "5 5"}) {
    fill("5 10\n" + std::string(line) + "\n");
    const auto counters = read_state(path_);
    ASSERT_FALSE(counters) << line;
    EXPECT_EQ(counters.error(),
              path_ + ", line 2: must be a key that is new here, and its count, not \"" + line + "\"");
  }
}

TEST_F(StateFileTest, FileThatCannotBe_IsAnErrorWithItsName) {
  EXPECT_EQ(read_state(path_).error(), "cannot read " + path_ + ": No such file or directory");
  const std::string nowhere = (folder_ / "none" / "state.txt").string();
  EXPECT_EQ(write_state(nowhere, {}).error(), "cannot write " + nowhere + ".new: No such file or directory");
}

}  // namespace
}  // namespace ch07
