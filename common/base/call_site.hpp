// call_site.hpp -- CallSite: where a function was called, for who asks (the explorer of interleavings); else nothing.
//
// A function that takes `CallSite where = CallSite::current()` as its last parameter costs no more for it.
#pragma once

#include "common/base/namespace.hpp"

#ifdef ASYNC_EXPLORED
#include <source_location>
#endif

namespace async::inline ASYNC_FLAVOUR::base {

#ifdef ASYNC_EXPLORED
using CallSite = std::source_location;
#else
struct CallSite {
  static consteval CallSite current() { return {}; }
};
#endif

}  // namespace async::inline ASYNC_FLAVOUR::base
