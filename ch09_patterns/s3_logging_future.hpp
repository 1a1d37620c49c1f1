// s3_logging_future.hpp -- the decorator of a future: it logs, then polls what it wraps.
//
//   auto logged = LoggingFuture(my_async_function());
//   const auto result = co_await std::move(logged);
//
// (To decorate twice, name the type: without it C++ takes LoggingFuture(LoggingFuture(f)) for a move.)
// Thread safety, errors: as the future inside.
// Lifetime: owns that future, and may be moved as long as that one may. One that is immovable: by_ref.
#pragma once

#include <utility>

#include "common/demo/println.hpp"
#include "common/future/future.hpp"

namespace ch09 {

using namespace async;

// The book's trait `Logging`, for every future. One that has more to tell has a function of its own with this
// name beside it, which is the better match.
template <Future F>
void log(const F&) {
  demo::println("Polling the future!");
}

template <Future F>
class [[nodiscard("a future does nothing until it is awaited or polled")]] LoggingFuture {
 public:
  using Output = OutputOf<F>;

  explicit LoggingFuture(F inner) : inner_(std::move(inner)) {}

  Poll<Output> poll(Context& cx) {
    log(std::as_const(inner_));
    return inner_.poll(cx);
  }

 private:
  F inner_;
};

}  // namespace ch09
