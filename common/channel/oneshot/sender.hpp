// sender.hpp -- oneshot::Sender<T>: sends its one value, or goes without.
//
// Thread safety: as any object; its receiver may be in another thread.
// Lifetime: shares the cell with the receiver. Destroyed unsent, it tells the receiver: closed. A closed()
//   future ends before its sender does.
// Errors: each function says which; use after a move, or after send(), stops the program.
#pragma once

#include <expected>
#include <utility>

#include "common/channel/oneshot/cell.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::oneshot {

template <class T>
class Sender {
 public:
  class ClosedFuture;

  // Of a new channel, see oneshot.hpp.
  explicit Sender(async::detail::OneshotCell<T>& cell) : cell_(&cell) {}
  Sender(Sender&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Sender& operator=(Sender&& other) noexcept {
    Sender old(std::move(*this));
    cell_ = std::exchange(other.cell_, nullptr);
    return *this;
  }
  ~Sender() {
    if (cell_ != nullptr) std::exchange(cell_, nullptr)->go_without();
  }

  // Never waits. Wakes the receiver inside this call. If that one is gone, or has closed, the value comes
  // back as the error: `auto sent = std::move(tx).send(v); if (!sent) keep(std::move(sent).error());`
  std::expected<void, T> send(T value) && {
    auto& used = cell();
    cell_ = nullptr;
    if (used.send(value)) return {};
    return std::expected<void, T>(std::unexpect, std::move(value));
  }

  // Whether a value would come back.
  [[nodiscard]] bool is_closed() const { return cell().is_closed(); }

  // Ready once the receiver is gone, or has closed: nobody wants the value any more.
  ClosedFuture closed() { return ClosedFuture(cell()); }

 private:
  [[nodiscard]] async::detail::OneshotCell<T>& cell() const {
    ASYNC_CHECK(cell_ != nullptr, "a oneshot sender was used after it was moved away, or had sent");
    return *cell_;
  }

  async::detail::OneshotCell<T>* cell_;
};

// Its waker is called by the receiver's close() or end, inside that call. One at a time waits.
template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] Sender<T>::ClosedFuture {
 public:
  using Output = void;

  ClosedFuture(const ClosedFuture&) = delete;
  ClosedFuture& operator=(const ClosedFuture&) = delete;
  ~ClosedFuture() {
    if (waits_) cell_.stop_waiting_closed();
  }

  Poll<void> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    waits_ = !cell_.is_closed() && cell_.wait_closed(waits_, cx.waker());
    if (waits_) return Pending();
    Budget::spend();
    return Ready();
  }

 private:
  friend class Sender;
  explicit ClosedFuture(async::detail::OneshotCell<T>& cell) : cell_(cell) {}

  async::detail::OneshotCell<T>& cell_;
  bool waits_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR::oneshot
