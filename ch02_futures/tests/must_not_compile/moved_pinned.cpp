// moved_pinned.cpp -- what points into itself cannot be moved.
// error: use of deleted function|call to deleted constructor
#include "ch02_futures/s4_pinning.hpp"

void move_it(ch02::PinnedSelfReferential& pinned) {
#ifdef WRONG
  const ch02::PinnedSelfReferential moved(std::move(pinned));
#endif
  (void)pinned;
}
