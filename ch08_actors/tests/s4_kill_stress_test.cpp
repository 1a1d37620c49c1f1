// s4_kill_stress_test.cpp -- the same at a thousand random moments.
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/tests/s4_kill_rounds.hpp"

namespace ch08 {
namespace {

TEST(KillStressTest, KilledAtAThousandRandomMoments_EveryAcknowledgedChangeIsFound) {
  const Deadline deadline("a killed program", std::chrono::minutes(20));
  expect_nothing_lost_in(1000, std::random_device()());
}

}  // namespace
}  // namespace ch08
