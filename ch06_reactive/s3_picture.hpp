// s3_picture.hpp -- a curve as text and as an SVG: temperature, desired temperature, and when the heater was on.
//
// Thread safety: functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ch06_reactive/s3_curve.hpp"

namespace ch06 {

struct PictureSize {
  std::size_t columns = 72;
  std::size_t rows = 12;
};

// Lines for a terminal: * is the temperature, - the desired one, # below them says that the heater is on.
[[nodiscard]] std::vector<std::string> picture_of(const Curve& curve, PictureSize size = {});

// The same as an SVG document.
[[nodiscard]] std::string svg_of(const Curve& curve);

}  // namespace ch06
