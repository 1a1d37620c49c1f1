// demo_support.cpp -- took: whether something took as long as a demo promises.
#include "ch02_futures/demo_support.hpp"

namespace ch02 {

bool took(const async::demo::Options& options, async::Duration elapsed, async::Duration promised) {
  return options.paused ? elapsed == promised : elapsed >= promised;
}

}  // namespace ch02
