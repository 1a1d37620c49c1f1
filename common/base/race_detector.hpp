// race_detector.hpp -- RaceDetector: stands beside plain data that only an atomic or a lock protects.
//
// The explorer of interleavings finds two accesses that nothing orders (common/explorer/race_detector.hpp).
// Everywhere else it is empty, and its functions do nothing.
#pragma once

#include "common/base/call_site.hpp"

#ifdef ASYNC_EXPLORED
#include "common/explorer/race_detector.hpp"
#endif

namespace async::inline ASYNC_FLAVOUR::base {

#ifdef ASYNC_EXPLORED
using explorer::RaceDetector;
#else
struct RaceDetector {
  // `what` is a verb: "reads", "moves away".
  static constexpr void read(const char* /*what*/, CallSite /*where*/) {}
  static constexpr void write(const char* /*what*/, CallSite /*where*/) {}
};
#endif

}  // namespace async::inline ASYNC_FLAVOUR::base
