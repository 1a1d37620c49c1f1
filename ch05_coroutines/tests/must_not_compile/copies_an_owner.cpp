// copies_an_owner.cpp -- co_yield of a variable hands out a copy, so what cannot be copied has to be moved.
// error: cannot bind|no matching|constraints|no viable
#include <memory>

#include "ch05_coroutines/s8_generator.hpp"

ch05::Generator<std::unique_ptr<int>> owners() {
  auto owner = std::make_unique<int>(1);
#ifdef WRONG
  co_yield owner;
#else
  co_yield std::move(owner);
#endif
}
