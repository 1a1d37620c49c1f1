// vector_of_pinned.cpp -- a vector moves its elements when it grows, so it takes none that cannot be moved.
// error: use of deleted function|call to deleted constructor
#include <vector>

#include "ch02_futures/s4_pinning.hpp"

void grow(std::vector<ch02::PinnedSelfReferential>& all) {
#ifdef WRONG
  all.emplace_back("first");
#endif
  (void)all;
}
