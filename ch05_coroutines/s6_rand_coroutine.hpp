// s6_rand_coroutine.hpp -- RandCoroutine: yields a number from 0 to 10, for good. Others say when to stop.
//
// Each has its own SmallRng: what it yields depends on its seed alone, and not on who is resumed before it,
// or in which thread. So every way to control ten of them has the same total.
//
// Thread safety: as any coroutine. Lifetime: none: it may be moved, also to another thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ch05_coroutines/coroutine.hpp"
#include "ch05_coroutines/small_rng.hpp"

namespace ch05 {

struct RandCoroutine {
  using Yield = int;
  using Return = void;  // it never returns

  explicit RandCoroutine(std::uint64_t seed) : rng(seed) {}

  CoroutineState<int, void> resume() {
    value = rng.up_to(10);
    return Yielded(value);
  }

  SmallRng rng;
  int value = 0;     // what was yielded last
  bool live = true;  // for whoever controls it; the coroutine does not look at it
};

static_assert(Coroutine<RandCoroutine>);

// So many of them, all different.
[[nodiscard]] inline std::vector<RandCoroutine> rand_coroutines(std::size_t count, std::uint64_t seed) {
  SmallRng seeds(seed);
  std::vector<RandCoroutine> coroutines;
  for (std::size_t i = 0; i < count; ++i) coroutines.emplace_back(seeds.next());
  return coroutines;
}

}  // namespace ch05
