// s9_combinators.hpp -- map, and_then, or_else: what comes after a future, without a coroutine around it.
//
//   map      changes the output: fn(T) -> U, and here that is a whole std::expected
//   and_then goes on after a value, with the future that fn makes of it; an error passes by
//   or_else  goes on after an error, with the future that fn makes of it; a value passes by
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/future/and_then.hpp"
#include "common/future/async.hpp"
#include "common/future/map.hpp"
#include "common/future/or_else.hpp"
#include "common/time/sleep.hpp"

namespace ch02 {

using namespace async;
using namespace std::chrono_literals;

using Cup = std::expected<std::string, std::string>;  // what is in it, or why there is none

inline Async<Cup> boil(bool is_water_there) {
  co_await sleep(1s);
  if (!is_water_there) co_return std::unexpected("no water");
  co_return "hot water";
}

inline Async<Cup> brew(std::string water) {
  co_await sleep(1s);
  co_return "coffee of " + water;
}

inline Async<Cup> ask_the_neighbour(std::string why) {
  co_await sleep(1s);
  co_return "a neighbour's tea, because there was " + why;
}

inline std::string describe(Cup cup) { return cup ? "a cup of " + *cup : "no cup: " + cup.error(); }

inline auto described(bool is_water_there) { return map(boil(is_water_there), describe); }
inline auto coffee(bool is_water_there) { return and_then(boil(is_water_there), brew); }
inline auto something_hot(bool is_water_there) { return or_else(boil(is_water_there), ask_the_neighbour); }

bool combinators_demo(const demo::Options& options);

}  // namespace ch02
