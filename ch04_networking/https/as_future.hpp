// as_future.hpp -- AsFuture: the completion token that makes a Future of any operation of Asio.
//
//   PolledContext context;
//   const auto count = co_await http::async_write(stream, request, AsFuture(context));
//   if (!count) println(count.error().message());
//
// An operation of Asio asks its token what to return, and how to begin. This one returns an AsioFuture, which
// begins at its first poll, polls whatever the operation begins on our streams, and is ready when the
// operation calls its handler. Output: std::expected<T, error_code>, T what the handler gets behind its
// error_code, void if nothing.
//
// Thread safety: as any future. Lifetime: what the operation borrows (stream, buffer, message) outlives the
//   future; the context too. Immovable. Dropping it drops the operation, at any moment between two polls.
// Errors: those of the operation, as values. Where nothing is left that could ever call the handler, because
//   the operation is in the hands of an executor that nobody runs, poll throws NoExecutor instead of waiting
//   for ever.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/system/error_code.hpp>
#include <expected>
#include <functional>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common/future/future.hpp"

#include "ch04_networking/https/polled_context.hpp"

namespace ch04 {

using boost::system::error_code;

class NoExecutor : public std::logic_error {
 public:
  NoExecutor()
      : std::logic_error(
            "there is no executor running: this operation waits on a context that nobody polls. Use a stream "
            "whose executor belongs to the future that is awaited (AsioStream on a PolledContext)") {}
};

class AsFuture {
 public:
  explicit AsFuture(PolledContext& context) : context_(&context) {}
  [[nodiscard]] PolledContext& context() const { return *context_; }

 private:
  PolledContext* context_;
};

template <class... Value>
class [[nodiscard("an operation does nothing until it is awaited or polled")]] AsioFuture {
  static_assert(sizeof...(Value) <= 1,
                "the handlers of Asio's streams get an error_code and at most one value");
  using ValueType = std::tuple_element_t<0, std::tuple<Value..., void>>;

 public:
  using Output = std::expected<ValueType, error_code>;

  // What the operation calls when it is done. Its executor is the future's list: so all that the operation
  // begins, and all that is begun behind it, comes there.
  class Handler {
   public:
    using executor_type = PolledContext::Executor;

    explicit Handler(AsioFuture& future) : future_(&future) {}
    [[nodiscard]] executor_type get_executor() const noexcept {
      return {*future_->context_, &future_->operations_};
    }
    void operator()(error_code error, Value... value) const {
      // SAFETY: the handler lives in the future's list, or with whoever is called from there.
      if (error) {
        future_->output_.emplace(std::unexpect, error);
      } else {
        future_->output_.emplace(std::in_place, std::move(value)...);
      }
    }

   private:
    AsioFuture* future_;
  };
  using Initiation = std::move_only_function<void(Handler)>;

  AsioFuture(PolledContext& context, Initiation initiation)
      : context_(&context), initiation_(std::move(initiation)) {}
  AsioFuture(const AsioFuture&) = delete;
  AsioFuture& operator=(const AsioFuture&) = delete;

  async::Poll<Output> poll(async::Context& cx) {
    operations_.poll(cx, [this] {
      if (initiation_) std::exchange(initiation_, nullptr)(Handler(*this));
    });
    if (output_) return async::Ready(std::move(*output_));
    if (operations_.is_empty()) throw NoExecutor();
    return async::Pending();
  }

 private:
  PolledContext* context_;
  Initiation initiation_;  // until the first poll
  std::optional<Output> output_;
  PendingOperations operations_;  // last: destroyed first, with the handlers that refer to this future
};

}  // namespace ch04

// How Asio asks the token what an operation returns.
template <class... Value>
class boost::asio::async_result<ch04::AsFuture, void(boost::system::error_code, Value...)> {
 public:
  using return_type = ch04::AsioFuture<Value...>;

  template <class Initiation, class... Args>
  static return_type initiate(Initiation&& initiation, ch04::AsFuture token, Args&&... args) {
    return return_type(
        token.context(),
        [begin = std::forward<Initiation>(initiation),
         kept = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](auto handler) mutable {
          std::apply([&](auto&... each) { std::move(begin)(std::move(handler), std::move(each)...); }, kept);
        });
  }
};
