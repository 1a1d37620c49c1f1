// s4_kill_rounds.hpp -- the rounds of the kill test, few or many.
#pragma once

#include <gtest/gtest.h>

#include "common/demo/temporary_folder.hpp"

#include "ch08_actors/s4_kill_load.hpp"

namespace ch08 {

inline void expect_nothing_lost_in(int rounds, std::uint64_t seed) {
  const demo::TemporaryFolder folder;
  KillLoad load(CH08_LOAD, folder.path_of("data.json"), seed);
  for (int i = 0; i < rounds; ++i) {
    const auto round = load.once();
    ASSERT_TRUE(round) << "kill " << i + 1 << " with seed " << seed << ": " << round.error();
  }
  EXPECT_GT(load.acknowledged(), static_cast<std::size_t>(rounds));
}

}  // namespace ch08
