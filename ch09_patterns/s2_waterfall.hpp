// s2_waterfall.hpp -- a chain of tasks: each gets what the one before it gave, and an error ends the chain.
//
// Rust's `?` has no counterpart in C++. There are two ways to write it:
//   straight()  a coroutine that looks at each answer. Anything may stand between two steps.
//   chained()   and_then: the same without a look at an error, and without a coroutine's frame.
//
// Thread safety: as any future. Lifetime: a chain keeps what it is given: the first future, and the functions
// that make the others.
// Errors: that of the first step that fails, as it is; the steps behind it are never called.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "common/future/and_then.hpp"
#include "common/future/async.hpp"
#include "common/future/expected_output.hpp"

namespace ch09 {

using namespace async;

using WaterfallResult = std::expected<std::string, std::string>;

Async<WaterfallResult> task1();
Async<WaterfallResult> task2(std::string input);
Async<WaterfallResult> task3(std::string input);

// All three have one type of error: so any of them fits behind any other.
//   straight(task1(), task2, task3)
template <ExpectedFuture First, class Second, class Third>
Async<WaterfallResult> straight(First first, Second second, Third third) {
  auto output1 = co_await std::move(first);
  if (!output1) co_return output1;
  auto output2 = co_await second(*std::move(output1));
  if (!output2) co_return output2;
  auto result = co_await third(*std::move(output2));
  co_return result;
}

template <ExpectedFuture First, class Second, class Third>
auto chained(First first, Second second, Third third) {
  return and_then(and_then(std::move(first), std::move(second)), std::move(third));
}

// The same kind of blocks with numbers, and a chain that branches: a large number is halved, a small one
// doubled. Each block says that it runs.
using NumberResult = std::expected<int, std::string>;

Async<NumberResult> number_of(std::string text);
Async<NumberResult> halved(int number);  // an odd one is an error
Async<NumberResult> doubled(int number);

Async<NumberResult> branching(std::string text);

}  // namespace ch09
