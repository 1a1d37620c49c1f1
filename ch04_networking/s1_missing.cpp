// s1_missing.cpp -- what the demos of 4.1 and 4.2 say where this was built without Boost or OpenSSL.
#include <stdexcept>

#include "ch04_networking/demos.hpp"

namespace ch04 {
namespace {

[[noreturn]] void say_what_is_missing() {
  throw std::runtime_error(
      "this demo needs Boost and OpenSSL, and was built without them: install the packages libboost-dev and "
      "libssl-dev, then build again with -Dhttps=enabled");
}

}  // namespace

bool https_get_demo(const async::demo::Options&) { say_what_is_missing(); }
bool https_errors_demo(const async::demo::Options&) { say_what_is_missing(); }
bool without_executor_demo(const async::demo::Options&) { say_what_is_missing(); }

}  // namespace ch04
