// abandons.hpp -- for a program in which explorations fail on purpose; to be included by one of its sources.
//
// An execution that fails is abandoned as it stands, with all that it has allocated. AddressSanitizer is told here
// that this is no leak. In a program whose explorations all succeed, a leak is one.
#pragma once

#include "common/base/sanitizers.hpp"

#if ASYNC_UNDER_ADDRESS_SANITIZER
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:async::explorer::Execution::run_function\n";
}
// And nobody need read how often that was so.
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif
