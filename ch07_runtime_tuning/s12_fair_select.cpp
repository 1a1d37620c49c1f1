// s12_fair_select.cpp -- the demo of 7.12: select begins with another branch each time.
#include "ch07_runtime_tuning/s12_fair_select.hpp"

#include <algorithm>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/ready.hpp"
#include "common/future/select.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

}  // namespace

Async<Wins> fair_rounds(std::size_t rounds) {
  Wins wins{};
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto won = co_await select(ready(1), ready(2), ready(3));
    ++wins[won.index()];
  }
  co_return wins;
}

Async<Wins> biased_rounds(std::size_t rounds) {
  Wins wins{};
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto won = co_await select_biased(ready(1), ready(2), ready(3));
    ++wins[won.index()];
  }
  co_return wins;
}

bool fair_select_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("3000 rounds of two selects");
  const Wins fair = run_async_main(fair_rounds(3000), RuntimeFlavor::current_thread);
  const Wins biased = run_async_main(biased_rounds(3000), RuntimeFlavor::current_thread);
  println("3000 rounds, all three branches are ready");
  println("fair:   ", demo::shown(options, fair[0], "<wins>"), ", ", demo::shown(options, fair[1], "<wins>"),
          ", ", demo::shown(options, fair[2], "<wins>"));
  println("biased: ", biased[0], ", ", biased[1], ", ", biased[2]);
  const auto [least, most] = std::ranges::minmax(fair);
  return least >= 950 && most <= 1050 && biased == Wins{3000, 0, 0};
}

}  // namespace ch07
