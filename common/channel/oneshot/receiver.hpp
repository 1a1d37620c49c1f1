// receiver.hpp -- oneshot::Receiver<T>: the future of the one value.
//
// What happens when: if it waits, its waker is called by send(), or by the sender's end, inside that call and
// in its thread. The value stays in the cell until the poll that takes it.
//
// Thread safety: as any future: polled and dropped by one thread at a time.
// Lifetime: may be moved at any time, also while it waits: its waker is in the cell. Destroyed, it destroys a
//   value that it did not take; then sends give the value back.
// Errors: closed, if the sender went without a value, or after close(). Polled after it gave its answer: a
//   check.
#pragma once

#include <expected>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/oneshot/cell.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::oneshot {

using async::RecvError;

template <class T>
class [[nodiscard("a receiver receives nothing until it is awaited or polled")]] Receiver {
 public:
  using Output = std::expected<T, RecvError>;

  // Of a new channel, see oneshot.hpp.
  explicit Receiver(async::detail::OneshotCell<T>& cell) : cell_(&cell) {}
  Receiver(Receiver&& other) noexcept
      : cell_(std::exchange(other.cell_, nullptr)), waits_(other.waits_), is_over_(other.is_over_) {}
  Receiver& operator=(Receiver&& other) noexcept {
    Receiver old(std::move(*this));
    cell_ = std::exchange(other.cell_, nullptr);
    waits_ = other.waits_;
    is_over_ = other.is_over_;
    return *this;
  }
  ~Receiver() {
    if (cell_ != nullptr) cell_->receiver_leaves(!is_over_);
  }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!is_over_, "a oneshot receiver was polled after it gave its answer");
    if (Budget::is_spent(cx)) return Pending();
    waits_ = !is_decided() && cell().wait(waits_, cx.waker());
    if (waits_) return Pending();
    Budget::spend();
    return Ready(answer());
  }

  // Never waits. empty: it may still come; closed: it will not, or was taken.
  [[nodiscard]] Output try_recv() {
    if (is_over_) return Output(std::unexpect, ChannelError::closed);
    if (!is_decided()) return Output(std::unexpect, ChannelError::empty);
    return answer();
  }

  // Blocks the thread. Not inside a task.
  [[nodiscard]] Output blocking_recv() && { return block_on(*this); }

  // From now on a send gives its value back. A value that is here can still be received.
  void close() {
    cell().close();
    waits_ = false;  // it has taken its waker back; or it is done, and the next poll sees that first
  }

 private:
  [[nodiscard]] async::detail::OneshotCell<T>& cell() const {
    ASYNC_CHECK(cell_ != nullptr, "a oneshot receiver was used after it was moved away");
    return *cell_;
  }
  [[nodiscard]] bool is_decided() const { return cell().is_done() || cell().is_closed(); }

  Output answer() {
    is_over_ = true;
    if (!cell_->has_value()) return Output(std::unexpect, ChannelError::closed);
    return Output(std::in_place, cell_->take());
  }

  async::detail::OneshotCell<T>* cell_;
  bool waits_ = false;    // its waker is in the cell
  bool is_over_ = false;  // the answer was given
};

}  // namespace async::inline ASYNC_FLAVOUR::oneshot
