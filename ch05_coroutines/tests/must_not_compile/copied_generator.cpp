// copied_generator.cpp -- a generator has one frame, and so one owner: it is moved, never copied.
// error: deleted|no matching
#include "ch05_coroutines/s8_generator.hpp"

ch05::Generator<int> one_number() { co_yield 1; }

ch05::Generator<int> twice() {
  auto generator = one_number();
#ifdef WRONG
  co_yield elements_of(generator);
#else
  co_yield elements_of(std::move(generator));
#endif
}
