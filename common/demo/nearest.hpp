// nearest.hpp -- nearest: which known word somebody may have meant.
//
// Thread safety: a function. Lifetime: what it returns is one of `known`.
#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// How many letters have to be put in, taken out or changed to make one of the other.
[[nodiscard]] inline std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

// The word that `word` begins, or one that differs in at most half of its letters, and in three; else an
// empty one.
[[nodiscard]] inline std::string_view nearest(std::string_view word, std::span<const std::string> known) {
  std::string_view best;
  std::size_t bound = std::min<std::size_t>(word.size() / 2, 3) + 1;
  for (const std::string& candidate : known) {
    const bool begun = word.size() >= 2 && candidate.starts_with(word);
    const std::size_t far = begun ? 0 : distance(word, candidate);
    if (far >= bound) continue;
    best = candidate;
    bound = far;
  }
  return best;
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
