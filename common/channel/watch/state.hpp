// state.hpp -- watch::State: the value, its version, and who waits for what.
//
// The version is a number that grows with each change, above a bit: CLOSED, once the last sender is gone. It
// changes under the value's lock, so whoever holds that knows which version it sees; and it is an atomic, so
// that who waits can look at it without that lock.
//
// Thread safety: every function from any thread.
// Lifetime: shared by the ends; futures and guards borrow it from theirs. T's moves run under the lock, and
//   so does what send_modify is given and a predicate of wait_for: they must not come back to this channel.
//   Values are destroyed without it.
// Memory ordering: what was done before a change is seen by who finds the new version: release there, acquire
//   here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/channel/message.hpp"
#include "common/channel/wait_list.hpp"

namespace async::inline ASYNC_FLAVOUR::watch {

template <class T>
class State {
 public:
  using Version = std::uint64_t;
  static constexpr Version kClosed = 1, kOne = 2;

  explicit State(T initial) : value(std::move(initial)) { async::detail::check_message<T>(); }

  // acquire: pairs with the release in change() and drop_sender()
  [[nodiscard]] Version version() const { return version_.load(base::acquire); }
  [[nodiscard]] bool senders_are_gone() const { return version() & kClosed; }
  // For senders.
  [[nodiscard]] bool is_closed() const { return receivers() == 0; }

  // change(value) says whether it was one. If it throws, it was none. Wakes all receivers that wait, in here.
  template <class Change>
  bool change(Change change_value) {
    {
      auto locked = value.lock();
      if (!change_value(*locked)) return false;
      version_.fetch_add(kOne, base::release);  // release: pairs with the acquire in version()
    }
    changed_waiters.wake_all();
    return true;
  }

  // relaxed: who adds an end has one of either kind, and nothing is read by the number.
  void add_sender() { senders_.fetch_add(1, base::relaxed); }
  void add_receiver() { receivers_.fetch_add(1, base::relaxed); }
  void drop_sender() {
    // acq_rel: what all senders did comes before the end
    if (senders_.fetch_sub(1, base::acq_rel) != 1) return;
    version_.fetch_or(kClosed, base::release);
    changed_waiters.wake_all();
  }
  void drop_receiver() {
    // release: pairs with the acquire in receivers()
    if (receivers_.fetch_sub(1, base::acq_rel) == 1) closed_waiters.wake_all();
  }
  [[nodiscard]] std::size_t receivers() const { return receivers_.load(base::acquire); }

  base::Locked<T> value;
  async::detail::WaitList changed_waiters;  // receivers, for another version
  async::detail::WaitList closed_waiters;   // senders, for is_closed()

 private:
  base::Atomic<Version> version_ = 0;
  base::Atomic<std::size_t> senders_ = 1, receivers_ = 1;
};

}  // namespace async::inline ASYNC_FLAVOUR::watch
