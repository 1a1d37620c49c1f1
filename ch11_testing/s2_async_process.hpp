// s2_async_process.hpp -- the same module, asynchronous: one function, whose future is the key.
// after: s1_sync_process.hpp
//
// The future is part of the interface, and so a mock can give any: one that is ready, one that takes its
// time, one that never ends. (In the book it is an `impl Future`; a virtual function needs one type, and that
// is Async.)
//
// Lifetime: the process outlives the future of do_something.
#pragma once

#include <expected>
#include <string>

#include "common/future/async.hpp"

#include "ch11_testing/s1_sync_process.hpp"

namespace ch11 {

template <class Key, class Result>
class AsyncProcess {
 public:
  AsyncProcess() = default;
  AsyncProcess(const AsyncProcess&) = delete;
  AsyncProcess& operator=(const AsyncProcess&) = delete;
  virtual ~AsyncProcess() = default;

  virtual Async<std::expected<Result, std::string>> get_result(Key key) = 0;
};

inline Async<std::expected<int, std::string>> do_something(AsyncProcess<int, int>& process, int input) {
  demo::println("something is happening");
  const auto result = co_await process.get_result(input);
  if (!result) co_return result;
  co_return judge(*result);
}

}  // namespace ch11
