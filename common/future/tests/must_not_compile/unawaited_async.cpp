// unawaited_async.cpp -- an Async that is made and dropped in one line has done nothing: the compiler says so.
// flags: -Werror=unused-result -Werror=unused-value
// error: an Async does nothing until it is awaited
#include "common/future/async.hpp"

async::Async<> make_toast() { co_return; }

async::Async<> breakfast() {
  co_await make_toast();
#ifdef WRONG
  make_toast();
#endif
}
