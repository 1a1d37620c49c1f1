// channel_error.hpp -- why a channel did not do what it was asked for; SendError<T> also holds the value.
//
// One type for all operations; which reasons there are depends on the question:
//   send: closed          try_send: full, closed     send_timeout: timed_out, closed
//   recv: closed          try_recv: empty, closed    recv_timeout: timed_out, closed
//
// Thread safety: as a value.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

class ChannelError {
 public:
  enum Reason : std::uint8_t {  // ChannelError::closed: g++ 12 does not survive `using enum` here
    closed,  // to a sender: nobody will receive it; to a receiver: everything was received, no more will come
    full,    // no room now
    empty,   // no value now
    timed_out,  // no room, or no value, within the given time
  };

  explicit ChannelError(Reason reason) : reason_(reason) {}

  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] bool is_closed() const { return reason_ == closed; }
  [[nodiscard]] bool is_full() const { return reason_ == full; }
  [[nodiscard]] bool is_empty() const { return reason_ == empty; }
  [[nodiscard]] bool is_timed_out() const { return reason_ == timed_out; }

  [[nodiscard]] std::string message() const {
    switch (reason_) {
      case closed: return "the channel is closed";
      case full: return "the channel is full";
      case empty: return "the channel is empty";
      case timed_out: return "the channel was not ready in time";
    }
    std::unreachable();
  }

  friend bool operator==(const ChannelError&, const ChannelError&) = default;

 private:
  Reason reason_;
};

using RecvError = ChannelError;

// The value comes back: it was not sent, and whoever asked decides what becomes of it.
template <class T>
class SendError : public ChannelError {
 public:
  SendError(Reason reason, T value) : ChannelError(reason), value_(std::move(value)) {}

  [[nodiscard]] T& value() & { return value_; }
  [[nodiscard]] const T& value() const& { return value_; }
  [[nodiscard]] T value() && { return std::move(value_); }

 private:
  T value_;
};

}  // namespace async::inline ASYNC_FLAVOUR
