// s6_state_test.cpp -- the threads' state: gathered, written, read back; and files that are none.
#include "ch07_runtime_tuning/s6_state.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "common/demo/temporary_folder.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Read this one first.
// Question: four threads, 1000 tasks; how many does each thread have, and what is the sum after 3.5 s,
// and at the end?
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
  block_on(restore(pool, Counters{{1, 5}, {9, 6}}));
  block_on(restore(pool, Counters{{9, 1}}));  // is added, to what is there too
  for (auto& handle : spawn_adders(pool, 10)) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(shown(block_on(get_complete_count(pool))), "{1: 9, 2: 4, 3: 4, 4: 4, 5: 4, 9: 7}");
}

class StateFileTest : public testing::Test {
 protected:
  void fill(const std::string& text) { std::ofstream(path_) << text; }

  const demo::TemporaryFolder folder_;
  const std::string path_ = folder_.path_of("state.txt");
};

TEST_F(StateFileTest, WhatIsWritten_IsReadBack) {
  const Counters counters{{1, 200'000}, {3, 32'290}, {2, 4'000'000'000}};
  ASSERT_TRUE(write_state(path_, counters));
  EXPECT_EQ(demo::text_of(path_), "1 200000\n2 4000000000\n3 32290\n");
  EXPECT_EQ(read_state(path_), counters);
  ASSERT_TRUE(write_state(path_, {}));
  EXPECT_EQ(read_state(path_), Counters());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1)
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
  const std::string nowhere = folder_.path_of("none/state.txt");
  EXPECT_EQ(write_state(nowhere, {}).error(), "cannot write " + nowhere + ".new: No such file or directory");
  EXPECT_EQ(read_state(folder_.path()).error(),
            "cannot read " + folder_.path().string() + ": Is a directory");
}

// The old state is whole until the new one is.
TEST_F(StateFileTest, WriteThatFails_LeavesWhatWasThere) {
  ASSERT_TRUE(write_state(path_, Counters{{1, 2}}));
  std::filesystem::create_directory(path_ + ".new");
  EXPECT_EQ(write_state(path_, Counters{{1, 3}}).error(), "cannot write " + path_ + ".new: Is a directory");
  EXPECT_EQ(read_state(path_), (Counters{{1, 2}}));
}

}  // namespace
}  // namespace ch07
