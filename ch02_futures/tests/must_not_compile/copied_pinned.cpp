// copied_pinned.cpp -- nor copied: a declared move constructor, even a deleted one, takes the copy away.
// error: use of deleted function|call to implicitly-deleted copy constructor
#include "ch02_futures/s4_pinning.hpp"

void copy_it(const ch02::PinnedSelfReferential& pinned) {
#ifdef WRONG
  const ch02::PinnedSelfReferential copied(pinned);
#endif
  (void)pinned;
}
