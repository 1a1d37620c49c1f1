// run_demo.hpp -- one demo, by the clock and with the output that the options ask for.
//
// Thread safety and errors: as run_demos (demo.hpp).
#pragma once

#include "common/demo/demo.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// Returns 0 if what the demo promises happened, else 1.
[[nodiscard]] int run_demo(const Demo& demo, const Options& options);

}  // namespace async::inline ASYNC_FLAVOUR::demo
