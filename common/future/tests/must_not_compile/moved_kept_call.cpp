// moved_kept_call.cpp -- a future that refers into itself has no move constructor: what Rust needs Pin for.
// error: use of deleted function|call to deleted constructor
#include <utility>

#include "common/future/async.hpp"
#include "common/future/kept_call.hpp"

async::Async<> make_toast(const int& slices) {
  (void)slices;  // lives inside the KeptCall
  co_return;
}

using Kept = async::KeptCall<decltype(&make_toast), int>;

void eat(Kept&) {}
#ifdef WRONG
void eat(Kept&& kept) { Kept moved(std::move(kept)); }
#endif

int main() {
  Kept kept(std::in_place, &make_toast, 2);
  eat(kept);
}
