// demo_support.hpp -- took: whether something took as long as a demo promises.
#pragma once

#include "common/demo/demo.hpp"
#include "common/time/clock.hpp"

namespace ch02 {

// On the paused clock a duration is exact. Elsewhere no wait is shorter than it should be; longer is the
// machine's business, and no broken promise.
[[nodiscard]] bool took(const async::demo::Options& options, async::Duration elapsed,
                        async::Duration promised);

}  // namespace ch02
