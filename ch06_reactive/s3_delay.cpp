// s3_delay.cpp -- the demos of 6.3 that simulate: the curve, and what a reaction delay does to it.
#include <array>
#include <chrono>
#include <string>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"

#include "ch06_reactive/demos.hpp"
#include "ch06_reactive/s3_curve.hpp"
#include "ch06_reactive/s3_picture.hpp"
#include "ch06_reactive/s3_picture_file.hpp"

namespace ch06 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// How far the swing can go: two ticks up and one down for each three seconds of delay, and what a tick and the
// moment of the switch add.
int bound_of(std::chrono::seconds delay) { return 3 * static_cast<int>(delay / 3s + 1) + 3; }

void print_swing(std::chrono::seconds delay, const Swing& swing) {
  println("delay ", delay.count(), " s: as warm as desired after ", demo::whole_seconds(swing.reached),
          " s, then from ", degrees(swing.lowest), " to ", degrees(swing.highest), ": a swing of ",
          degrees(swing.size()));
}

}  // namespace

bool curve_demo(const demo::Options& options) {
  const std::chrono::seconds delay(options.count("delay"));
  const Curve curve = simulate(4min, delay, {{2min, 2150}});
  for (const std::string& line : picture_of(curve)) println(line);
  println("four minutes; after two of them somebody wants 21.5 degrees");
  if (const std::string& file = options.text("curve"); !file.empty()) {
    demo::or_throw(write_file(file, svg_of(curve)));
    println("the same picture: ", file);
  }
  const Room last = curve.samples.back().room;
  return delay > 0s || (last.temp > 2145 && last.temp < 2155);
}

bool reaction_delay_demo(const demo::Options&) {
  constexpr std::array kDelays{0s, 3s, 10s, 30s};
  int first = 0, before = 0;
  bool is_as_promised = true;
  for (const auto delay : kDelays) {
    const Curve curve = simulate(5min, delay);
    const auto swing = swing_of(curve);
    if (!swing) return false;
    if (delay == kDelays.front()) first = swing->size();
    if (delay == kDelays.back()) {
      for (const std::string& line : picture_of(curve)) println(line);
    }
    print_swing(delay, *swing);
    is_as_promised = is_as_promised && swing->size() > before && swing->size() <= bound_of(delay);
    before = swing->size();
  }
  println(kDelays.back().count(), " s of delay make the swing ", static_cast<double>(before) / first,
          " times as large");
  return is_as_promised;
}

}  // namespace ch06
