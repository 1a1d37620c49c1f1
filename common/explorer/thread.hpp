// thread.hpp -- explorer::Thread: a thread of a model. It is joined when it is destroyed.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common/explorer/execution.hpp"

namespace async::explorer {

class Thread {
 public:
  Thread() = default;

  // Only in an execution.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  explicit Thread(F&& function, Args&&... args) {
    Execution* const execution = Execution::current();
    if (execution == nullptr)
      check_failed("Thread", "a model's threads live in an execution", __FILE__, __LINE__);
    // std::function wants to be able to copy what it keeps.
    auto call = std::make_shared<std::tuple<std::decay_t<F>, std::decay_t<Args>...>>(
        std::forward<F>(function), std::forward<Args>(args)...);
    number_ = execution->start_thread([call = std::move(call)]() mutable {
      std::apply([](auto& called, auto&... given) { std::invoke(std::move(called), std::move(given)...); },
                 *call);
      call.reset();
    });
  }

  // A name, a stack's size, a bystander: how it is started is of no matter to a model.
  template <class How, class F, class... Args>
    requires(!std::invocable<std::decay_t<How>, std::decay_t<F>, std::decay_t<Args>...> &&
             std::invocable<std::decay_t<F>, std::decay_t<Args>...>)
  Thread(How&&, F&& function, Args&&... args)
      : Thread(std::forward<F>(function), std::forward<Args>(args)...) {}

  Thread(Thread&& other) noexcept : number_(std::exchange(other.number_, std::nullopt)) {}
  Thread& operator=(Thread&& other) noexcept {
    if (this != &other) {
      if (joinable()) join();
      number_ = std::exchange(other.number_, std::nullopt);
    }
    return *this;
  }
  ~Thread() {
    if (joinable()) join();
  }

  [[nodiscard]] bool joinable() const { return number_.has_value(); }

  void join(Where where = Where::current()) {
    if (!joinable()) throw std::system_error(std::make_error_code(std::errc::invalid_argument), "join");
    Execution& execution = *Execution::current();
    execution.point();
    const std::size_t number = *std::exchange(number_, std::nullopt);
    while (!execution.has_ended(number))
      execution.block(execution.end_of(number), "for a thread to end", where);
    execution.view().join(execution.view_of(number));
  }

 private:
  std::optional<std::size_t> number_;
};

// For a loop that asks again and again.
inline void yield_thread() {
  if (Execution* const execution = Execution::current()) execution->yield();
}

}  // namespace async::explorer
