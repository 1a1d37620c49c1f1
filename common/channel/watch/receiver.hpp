// receiver.hpp -- watch::Receiver<T>: looks at the value, and waits for it to change.
//
// Each receiver remembers which version it has seen; a copy has seen the same.
//
// Thread safety: one thread at a time; copies are independent.
// Lifetime: copies share the channel; the last one closes it, until subscribe() makes one. Futures and guards
//   end before the receiver that made them, and it is not moved while they live.
// Errors: closed, once the last sender is gone and its last value was seen. Use after a move stops the
//   program.
#pragma once

#include <concepts>
#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/channel_error.hpp"
#include "common/channel/watch/borrowed.hpp"
#include "common/channel/watch/state.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::watch {

using async::RecvError;

template <class T>
class ChangedFuture;
template <class T, class Predicate>
class WaitForFuture;

template <class T>
class Receiver {
 public:
  // One that is counted already. See watch.hpp and Sender::subscribe.
  explicit Receiver(std::shared_ptr<State<T>> state) : state_(std::move(state)), seen_(version()) {}
  Receiver(const Receiver& other) : state_(other.state_), seen_(other.seen_) {
    if (state_ != nullptr) state_->add_receiver();
  }
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    std::swap(state_, other.state_);
    std::swap(seen_, other.seen_);
    return *this;
  }
  ~Receiver() {
    if (state_ != nullptr) state_->drop_receiver();
  }
  [[nodiscard]] Receiver clone() const { return *this; }

  // The value, locked; the second one also counts as seen.
  [[nodiscard]] Borrowed<T> borrow() const {
    auto guard = state().value.lock();
    return Borrowed<T>(std::move(guard), version() != seen_);
  }
  [[nodiscard]] Borrowed<T> borrow_and_update() {
    auto guard = state().value.lock();
    const auto seen_before = std::exchange(seen_, version());
    return Borrowed<T>(std::move(guard), seen_ != seen_before);
  }
  // A copy; not counted as seen.
  [[nodiscard]] T get() const { return *borrow(); }

  // Ready with nothing once there is a change that was not seen; it counts as seen then. closed.
  ChangedFuture<T> changed() { return ChangedFuture<T>(*this); }
  // Ready with a copy of the value once predicate(value) holds, which is asked under the lock; at once, and
  // after each change. It counts as seen. closed, if the last value does not do.
  template <class Predicate>
    requires std::copy_constructible<T> && std::predicate<Predicate&, const T&>
  WaitForFuture<T, Predicate> wait_for(Predicate predicate) {
    return WaitForFuture<T, Predicate>(*this, std::move(predicate));
  }
  // closed: the last sender is gone (there may still be a value that was not seen).
  [[nodiscard]] std::expected<bool, RecvError> has_changed() const {
    if (state().senders_are_gone()) return std::unexpected(RecvError(ChannelError::closed));
    return version() != seen_;
  }
  // As if it had not been seen; as if it had.
  void mark_changed() { seen_ = version() - State<T>::kOne; }
  void mark_unchanged() { seen_ = version(); }

  [[nodiscard]] bool same_channel(const Receiver& other) const { return state_ == other.state_; }

 private:
  template <class>
  friend class ChangedFuture;
  template <class, class>
  friend class WaitForFuture;
  using Version = typename State<T>::Version;

  [[nodiscard]] State<T>& state() const {
    ASYNC_CHECK(state_ != nullptr, "a watch receiver was used after it was moved away");
    return *state_;
  }
  // Without the bit that says closed.
  [[nodiscard]] Version version() const { return state().version() & ~State<T>::kClosed; }
  // There is something to say: a change, or the end.
  [[nodiscard]] bool has_news() const { return version() != seen_ || state().senders_are_gone(); }

  std::shared_ptr<State<T>> state_;
  Version seen_;
};

// Its waker is called by a change, or by the end of the last sender, inside that call and in its thread.
// Thread safety: as any future. Lifetime: immovable, the receiver outlives it. Dropped, it has seen nothing.
template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ChangedFuture {
 public:
  using Output = std::expected<void, RecvError>;

  explicit ChangedFuture(Receiver<T>& receiver) : receiver_(receiver), state_(receiver.state()) {}
  ChangedFuture(const ChangedFuture&) = delete;
  ChangedFuture& operator=(const ChangedFuture&) = delete;
  ~ChangedFuture() { state_.changed_waiters.leave(waiter_); }

  Poll<Output> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    if (!state_.changed_waiters.poll(waiter_, cx.waker(), [this] { return receiver_.has_news(); })) {
      return Pending();
    }
    Budget::spend();
    const auto now = receiver_.version();
    if (std::exchange(receiver_.seen_, now) != now) return Ready(Output());
    return Ready(Output(std::unexpect, ChannelError::closed));
  }

 private:
  Receiver<T>& receiver_;
  State<T>& state_;
  async::detail::ListedWaiter waiter_;
};

// As ChangedFuture. What the predicate, or the copy, throws comes out of poll.
template <class T, class Predicate>
class [[nodiscard("a future does nothing until it is awaited or polled")]] WaitForFuture {
 public:
  using Output = std::expected<T, RecvError>;

  WaitForFuture(Receiver<T>& receiver, Predicate predicate)
      : receiver_(receiver), state_(receiver.state()), predicate_(std::move(predicate)) {}
  WaitForFuture(const WaitForFuture&) = delete;
  WaitForFuture& operator=(const WaitForFuture&) = delete;
  ~WaitForFuture() { state_.changed_waiters.leave(waiter_); }

  Poll<Output> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    for (;;) {
      const bool is_last = state_.senders_are_gone();  // before the look: then it was at the last value
      std::optional<T> good = look();
      if (good || is_last) {
        Budget::spend();
        state_.changed_waiters.leave(waiter_);
        if (good) return Ready(Output(std::in_place, *std::move(good)));
        return Ready(Output(std::unexpect, ChannelError::closed));
      }
      if (!state_.changed_waiters.poll(waiter_, cx.waker(), [this] { return receiver_.has_news(); })) {
        return Pending();
      }
    }
  }

 private:
  [[nodiscard]] std::optional<T> look() {
    auto value = receiver_.borrow_and_update();
    return predicate_(*value) ? std::optional<T>(*value) : std::nullopt;
  }

  Receiver<T>& receiver_;
  State<T>& state_;
  Predicate predicate_;
  async::detail::ListedWaiter waiter_;
};

}  // namespace async::inline ASYNC_FLAVOUR::watch
