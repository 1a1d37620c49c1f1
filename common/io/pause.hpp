// pause.hpp -- Pause: an attempt of an IoOperation waits for time to pass before it is made again.
//
// For what the system tells no event about: that descriptors or memory are free again, that another socket's
// queue has room.
//
// What happens when: woken by the clock of the thread that begins the pause, see Clock::wake_at_deadline.
// Thread safety: none; part of one future. Lifetime: immovable while it lasts.
#pragma once

#include <optional>

#include "common/future/child.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class Pause {
 public:
  void begin(Duration duration) {
    sleep_.emplace(std::in_place, [duration] { return sleep(duration); });
  }

  // True: `cx` is woken when it is over.
  [[nodiscard]] bool is_on(Context& cx) {
    if (!sleep_) return false;
    if (!sleep_->poll(cx)) return true;
    sleep_.reset();
    return false;
  }

 private:
  std::optional<Child<Sleep>> sleep_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
