// s3_scale.hpp -- Scale: from which temperature to which a picture of a curve goes.
#pragma once

#include <algorithm>

#include "ch06_reactive/s3_curve.hpp"

namespace ch06 {

struct Scale {
  int lowest;
  int highest;  // more than the lowest
};

[[nodiscard]] inline Scale scale_of(const Curve& curve) {
  const Room& first = curve.at(Duration::zero());
  Scale scale{std::min(first.temp, first.desired_temp), std::max(first.temp, first.desired_temp)};
  for (const Sample& sample : curve.samples) {
    scale.lowest = std::min<int>({scale.lowest, sample.room.temp, sample.room.desired_temp});
    scale.highest = std::max<int>({scale.highest, sample.room.temp, sample.room.desired_temp});
  }
  if (scale.highest == scale.lowest) ++scale.highest;
  return scale;
}

}  // namespace ch06
