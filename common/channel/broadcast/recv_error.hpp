// recv_error.hpp -- broadcast::RecvError: why a receiver got no value: closed, lagged by n, or empty.
//
// Thread safety: as a value.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

class RecvError {
 public:
  enum Reason : std::uint8_t {
    closed,  // everything was received, and the last sender is gone
    lagged,  // missed() values were thrown away unread; the next receive gets the oldest one that is kept
    empty,   // try_recv: no value now
  };

  explicit RecvError(Reason reason, std::uint64_t missed = 0) : reason_(reason), missed_(missed) {}

  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] bool is_closed() const { return reason_ == closed; }
  [[nodiscard]] bool is_lagged() const { return reason_ == lagged; }
  [[nodiscard]] bool is_empty() const { return reason_ == empty; }
  [[nodiscard]] std::uint64_t missed() const { return missed_; }

  [[nodiscard]] std::string message() const {
    switch (reason_) {
      case closed: return "the channel is closed";
      case lagged: return "the receiver was too slow, and missed " + std::to_string(missed_);
      case empty: return "the channel is empty";
    }
    std::unreachable();
  }

  friend bool operator==(const RecvError&, const RecvError&) = default;

 private:
  Reason reason_;
  std::uint64_t missed_;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast
