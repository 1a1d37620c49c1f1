// cell.hpp -- OneshotCell<T>: the one allocation that both ends of a oneshot share.
//
// What it is. The state word, the place of the value, and a waker's slot for each side.
// Who may touch what: the value's place is the sender's until DONE, then the receiver's. The receiver's slot
//   is its own while RECEIVER_WAITS is clear, and the sender's once both RECEIVER_WAITS and DONE are set; the
//   sender's slot with CLOSED likewise. (oneshot/state_word.hpp)
// Thread safety: as the state word's. Lifetime: the end that leaves last deletes it.
// Wakes: never while it owns something of the other side, and last: who is woken may be gone, and the cell
//   with it.
#pragma once

#include <memory>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/message.hpp"
#include "common/channel/oneshot/state_word.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

template <class T>
class OneshotCell {
 public:
  static OneshotCell& create() {
    check_message<T>();
    return *new OneshotCell;
  }
  OneshotCell(const OneshotCell&) = delete;
  OneshotCell& operator=(const OneshotCell&) = delete;
  ~OneshotCell() {}  // the receiver has seen to the value

  // ---- the sender: each of these is its last touch -------------------------------------------------------

  // False: the receiver wants nothing, and `value` is as it was.
  [[nodiscard]] bool send(T& value) {
    if (state_.is_closed()) return leave_closed();
    // SAFETY: nobody has set DONE, so the place is empty and the sender's.
    std::construct_at(&value_, std::move(value));
    if (finish(true)) return true;
    std::destroy_at(&value);  // back where it came from: T may have no assignment
    std::construct_at(&value, take());
    return leave_closed();
  }
  void go_without() {
    if (!finish(false)) (void)leave_closed();
  }

  // ---- the receiver --------------------------------------------------------------------------------------

  [[nodiscard]] bool is_done() const { return state_.is_done(); }
  [[nodiscard]] bool has_value() const { return state_.has_value(); }
  [[nodiscard]] bool is_closed() const { return state_.is_closed(); }

  // SAFETY: for the receiver that found a value, once; or for the sender that has not published it.
  [[nodiscard]] T take() {
    T taken = std::move(value_);
    std::destroy_at(&value_);
    return taken;
  }

  // False: it is done. Otherwise `newest` will be woken.
  [[nodiscard]] bool wait(bool waits_already, const Waker& newest) {
    if (waits_already && !state_.receiver_takes_back()) return false;
    receivers_waker_.refresh_from(newest);
    if (state_.receiver_waits()) return true;
    receivers_waker_ = Waker();
    return false;
  }

  void close() {
    const auto closed = state_.close();
    if (closed == OneshotState::Closed::was_over) return;
    receivers_waker_ = Waker();
    if (closed == OneshotState::Closed::wake_sender) std::move(senders_waker_).wake();
  }

  // Its last touch. `unread`: there may be a value that it has not taken.
  void receiver_leaves(bool unread) {
    if (!state_.is_done()) close();
    // Asked again: the sender may have been faster.
    if (unread && state_.has_value()) std::destroy_at(&value_);
    if (state_.receiver_left()) delete this;
  }

  // ---- the sender's wait for the end of the receiver -----------------------------------------------------

  // False: it is closed. Otherwise `newest` will be woken.
  [[nodiscard]] bool wait_closed(bool waits_already, const Waker& newest) {
    if (waits_already && !state_.sender_takes_back()) return false;
    senders_waker_.refresh_from(newest);
    if (state_.sender_waits()) return true;
    senders_waker_ = Waker();
    return false;
  }
  void stop_waiting_closed() {
    if (state_.sender_takes_back()) senders_waker_ = Waker();
  }

 private:
  OneshotCell() {}

  // False: closed, and the sender has not left yet.
  bool finish(bool with_value) {
    switch (state_.finish(with_value)) {
      case OneshotState::Finished::was_closed: return false;
      case OneshotState::Finished::and_left: return true;
      case OneshotState::Finished::wake_receiver: break;
    }
    Waker woken = std::move(receivers_waker_);
    leave();
    std::move(woken).wake();
    return true;
  }
  bool leave_closed() {
    leave();
    return false;
  }
  void leave() {
    if (state_.sender_left()) delete this;
  }

  OneshotState state_;
  Waker receivers_waker_;
  Waker senders_waker_;
  union {
    T value_;  // alive from send() to take()
  };
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
