// s4_kill_test.cpp -- a writer is killed by SIGKILL under load, and what it acknowledged is there.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/task/tests/deadline.hpp"

#include "ch08_actors/tests/s4_kill_rounds.hpp"

namespace ch08 {
namespace {

// Question: which changes may be missing after a SIGKILL?
// Predict: for one client, how far can what is found be from what it was told? Break in `KillLoad::look_for`.
TEST(KillTest, KilledUnderLoad_EveryAcknowledgedChangeIsFound) {
  const Deadline deadline("a killed program");
  expect_nothing_lost_in(25, 8);
}

TEST(KillTest, AProgramThatFails_IsNotTakenForAKilledOne) {
  const Deadline deadline("a program that fails");
  const demo::TemporaryFolder folder;
  KillLoad load("/bin/false", folder.path_of("data.json"), 1);
  std::expected<void, std::string> round;
  for (int i = 0; i < 20 && round; ++i) round = load.once();  // it may be killed before it has failed
  ASSERT_FALSE(round);
  EXPECT_NE(round.error().find("ended before it was killed"), std::string::npos);
  KillLoad missing(folder.path_of("missing"), folder.path_of("data.json"), 1);
  EXPECT_FALSE(missing.once());
}

// Question: a change takes 20 ms on this disk. Is the program ever killed in the second half of it?
// Predict: how does whoever kills know what a change takes? Break in `KillLoad::run_and_kill`.
TEST(KillTest, ASlowDisk_TheProgramIsKilledAnywhereInAChange) {
  const Deadline deadline("a program on a slow disk");
  const demo::TemporaryFolder folder;
  const std::string program = folder.path_of("slow"), halves = folder.path_of("halves");
  std::ofstream(program) << "#!/bin/sh\nn=$2; while :; do echo 3 $n; sleep 0.01; echo x >>" << halves
                         << "; sleep 0.01; n=$((n + 1)); done\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  KillLoad load(program, folder.path_of("data.json"), 1);
  bool in_second_half = false;
  for (int i = 0; i < 20 && !in_second_half; ++i) {
    std::filesystem::remove(halves);
    const std::size_t before = load.acknowledged();
    (void)load.once();  // it stores nothing
    const std::string text = demo::text_of(halves);
    const auto count = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    in_second_half = count > 0 && count == load.acknowledged() - before;
  }
  EXPECT_TRUE(in_second_half);
}

// A program that acknowledges what it does not store: else nothing would show that the search can find
// anything.
TEST(KillTest, AProgramThatLies_IsFoundOut) {
  const Deadline deadline("a program that lies");
  const demo::TemporaryFolder folder;
  const std::string program = folder.path_of("liar");
  std::ofstream(program) << "#!/bin/sh\nn=$2; while :; do echo 3 $n; n=$((n + 1)); done\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  KillLoad load(program, folder.path_of("data.json"), 1);
  std::expected<void, std::string> round;
  for (int i = 0; i < 50 && round; ++i) round = load.once();  // a deleted key is no lie
  ASSERT_FALSE(round);
  EXPECT_EQ(load.lost(), 1u);
  EXPECT_NE(round.error().find("client 3: after change "), std::string::npos) << round.error();
}

}  // namespace
}  // namespace ch08
