// s6_control.hpp -- control: resumes all coroutines that are alive, and kills those whose value is too small.
//
// The rule is here, and not in the coroutine: it can use whatever this function knows, the values of all
// others too. A task on a runtime has to have its rule inside before it is spawned.
//
// Thread safety: functions. Errors: std::invalid_argument for a cutoff at which nobody would ever die.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

#include "ch05_coroutines/s6_rand_coroutine.hpp"

namespace ch05 {

struct Controlled {
  long total = 0;
  std::size_t resumes = 0;
};

inline void check_cutoff(int cutoff) {
  if (cutoff <= 0)
    throw std::invalid_argument("no value is below 0, so nobody would die: give a cutoff of 1 or more");
}

// The rule, for one coroutine that has just yielded.
inline void kill_below(int cutoff, RandCoroutine& coroutine) {
  if (coroutine.value < cutoff) coroutine.live = false;
}

[[nodiscard]] inline Controlled control(std::vector<RandCoroutine>& coroutines, int cutoff) {
  check_cutoff(cutoff);
  Controlled controlled;
  for (bool all_dead = false; !all_dead;) {
    all_dead = true;
    for (RandCoroutine& coroutine : coroutines) {
      if (!coroutine.live) continue;
      all_dead = false;
      controlled.total += coroutine.resume().yielded();
      ++controlled.resumes;
      kill_below(cutoff, coroutine);
    }
  }
  return controlled;
}

}  // namespace ch05
