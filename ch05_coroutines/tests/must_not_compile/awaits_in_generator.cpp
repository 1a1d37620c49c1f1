// awaits_in_generator.cpp -- a generator cannot wait: nobody would resume it.
// error: deleted
#include "common/future/yield_now.hpp"

#include "ch05_coroutines/s8_generator.hpp"

ch05::Generator<int> one_number() {
#ifdef WRONG
  co_await async::yield_now();
#endif
  co_yield 1;
}
