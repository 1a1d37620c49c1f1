// s12_join.hpp -- join waits for all: a few of different types, or ten thousand of one.
#pragma once

#include <cstddef>
#include <string>
#include <tuple>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"

namespace ch07 {

using namespace async;

struct Breakfast {
  std::string coffee;
  int toasts = 0;
  Duration took = {};
};
Async<Breakfast> breakfast_of_two_futures();

// `count` children that wait once each: how many polls they had together.
Async<std::size_t> polls_of_many(std::size_t count);

}  // namespace ch07
