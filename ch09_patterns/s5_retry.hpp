// s5_retry.hpp -- retry(backoff, call, again): calls until there is a value, with longer and longer pauses.
//
//   const auto again = [](const std::string& error) { println("Error: ", error); return true; };
//   auto fetching = retry(Backoff({.tries = 5}), get_data, again);
//   const auto data = co_await std::move(fetching);
//
// `call` makes a future of std::expected each time. `again` is told each error, the last one too, and says
// whether it is worth another try: "no such file" is not.
// Thread safety: as any future.
// Lifetime: keeps all three. Dropped, it drops the call or the pause that is under way.
// Errors: the last one, as it is. What `call` throws is no failure of the other side: it comes out at once.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/expected_output.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/s5_backoff.hpp"

namespace ch09 {

template <class Call, class Again>
  requires ExpectedFuture<std::invoke_result_t<Call&>> &&
           std::predicate<Again&, const ErrorTypeOf<std::invoke_result_t<Call&>>&>
Async<OutputOf<std::invoke_result_t<Call&>>> retry(Backoff backoff, Call call, Again again) {
  for (;;) {
    auto answer = co_await std::invoke(call);
    if (answer || !std::invoke(again, std::as_const(answer.error()))) co_return std::move(answer);
    const auto delay = backoff.next();
    if (!delay) co_return std::move(answer);
    co_await sleep(*delay);
  }
}

}  // namespace ch09
