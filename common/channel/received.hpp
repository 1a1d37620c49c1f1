// received.hpp -- Received<T>: what a range-for over a Receiver goes through: one receive for each element.
//
// The element is moved out: `for (T value : receiver)`.
// Thread safety: one thread at a time. Lifetime: shares the channel's memory, but does not keep it open.
#pragma once

#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "common/channel/recv_future.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Received {
 public:
  using State = detail::ChannelState<T>;
  enum class Until { closed, empty };  // what ends it; the first waits for values, and blocks its thread

  class Iterator {
   public:
    Iterator(std::shared_ptr<State> channel, Until until) : channel_(std::move(channel)), until_(until) {
      ++*this;
    }

    [[nodiscard]] T operator*() { return *std::move(value_); }  // once
    Iterator& operator++() {
      value_.reset();
      if (channel_->try_recv(value_) != detail::Answer::must_wait || until_ == Until::empty) return *this;
      if (auto received = block_on(RecvFuture<T>(channel_))) value_.emplace(*std::move(received));
      return *this;
    }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return !iterator.value_; }

   private:
    std::shared_ptr<State> channel_;
    Until until_;
    std::optional<T> value_;
  };

  Received(std::shared_ptr<State> channel, Until until) : channel_(std::move(channel)), until_(until) {}

  [[nodiscard]] Iterator begin() const { return Iterator(channel_, until_); }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  std::shared_ptr<State> channel_;
  Until until_;
};

}  // namespace async::inline ASYNC_FLAVOUR
