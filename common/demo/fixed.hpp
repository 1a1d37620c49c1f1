// fixed.hpp -- fixed: a number as the demos print it, with so many digits behind the point.
#pragma once

#include <cstdio>
#include <string>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// fixed(3.14159, 2) is "3.14".
[[nodiscard]] inline std::string fixed(double number, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
