// s9_combinators.cpp -- the demo: each combinator on a value and on an error.
#include "ch02_futures/s9_combinators.hpp"

#include "common/demo/println.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {

using demo::println;

bool combinators_demo(const demo::Options&) {
  Executor executor;
  bool kept = true;
  const auto show = [&](const char* what, const std::string& got, const std::string& promised) {
    println(what, ": ", got);
    kept = kept && got == promised;
  };
  const auto run = [&](auto future) { return describe(executor.block_on(std::move(future))); };
  show("map on a value", executor.block_on(described(true)), "a cup of hot water");
  show("map on an error", executor.block_on(described(false)), "no cup: no water");
  show("and_then on a value", run(coffee(true)), "a cup of coffee of hot water");
  show("and_then on an error", run(coffee(false)), "no cup: no water");
  show("or_else on a value", run(something_hot(true)), "a cup of hot water");
  show("or_else on an error", run(something_hot(false)),
       "a cup of a neighbour's tea, because there was no water");
  return kept;
}

}  // namespace ch02
