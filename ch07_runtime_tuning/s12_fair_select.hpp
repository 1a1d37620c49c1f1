// s12_fair_select.hpp -- both branches are always ready: who wins how often, asked in order and asked fairly.
#pragma once

#include <array>
#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// How often each of three branches won, of which all are ready in each round.
using Wins = std::array<std::size_t, 3>;
Async<Wins> fair_rounds(std::size_t rounds);
Async<Wins> biased_rounds(std::size_t rounds);

}  // namespace ch07
