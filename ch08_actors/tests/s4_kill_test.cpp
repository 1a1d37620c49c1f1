// s4_kill_test.cpp -- a writer is killed by SIGKILL under load, and what it acknowledged is there.
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

}  // namespace
}  // namespace ch08
