// traced.hpp -- is_being_traced(): whether a debugger holds this process. It stops the threads, not the time.
//
// For who watches that something ends in time: under a debugger a human decides.
#pragma once

#include <fstream>
#include <string>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

// False where the system does not say.
inline bool is_being_traced() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != line.npos;
  }
  return false;
}

}  // namespace async::inline ASYNC_FLAVOUR::base
