// fresh_lines.hpp -- FreshLines: what was printed since the last look; a lesson asks after each step.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"

namespace ch02 {

class FreshLines {
 public:
  using Lines = std::vector<std::string>;

  Lines take() {
    const Lines all = printed_.lines();
    const Lines fresh(all.begin() + static_cast<std::ptrdiff_t>(seen_), all.end());
    seen_ = all.size();
    return fresh;
  }

 private:
  async::demo::CapturedLines printed_;
  std::size_t seen_ = 0;
};

}  // namespace ch02
