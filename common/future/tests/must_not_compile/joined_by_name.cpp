// joined_by_name.cpp -- a join takes its futures over: one that has a name must be moved there, or lent.
// error: give it with std::move, or lend it with by_ref
#include <utility>

#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/join.hpp"

async::Async<> make_toast() { co_return; }

async::Async<> breakfast() {
  auto first = make_toast();
  auto second = make_toast();
  co_await join(std::move(first), by_ref(second));
#ifdef WRONG
  auto third = make_toast();
  co_await join(third, make_toast());
#endif
}
