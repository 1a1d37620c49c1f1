// println.hpp -- println: one whole line to the output of the demo.
//
//   println("polling with result: ", count);
//
// The parts are streamed with <<, a bool as true or false. The line is built first and then written in one
// go, so the lines of several threads never mix. --quiet and --when are none of its callers' business
// (output.hpp).
//
// Thread safety: any thread. Errors: see output.hpp; println itself reports none.
#pragma once

#include <sstream>

#include "common/demo/output.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

template <class... Parts>
void println(const Parts&... parts) {
  std::ostringstream line;
  line << std::boolalpha;
  (static_cast<void>(line << parts), ...);
  print_line(line.view());
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
