// state.hpp -- mpsc::State: what the two ends of an mpsc channel share, and the one receiver's wait.
//
// How the receiver waits: it registers its waker, then marks the slot that it waits for, then looks once more
// whether the channel is over. Who fills that slot wakes it; who fills another one does not look at the waker
// at all. The last sender, and a permit that comes back to a closed channel, wake it whenever it waits.
//
// Limit: how much may be in it. Bounded: permits. Unbounded: nothing is counted, and close() closes the queue
//   itself.
// Thread safety: pop, poll_recv, close and drop_values from the receiver's thread; all else from any.
// Lifetime: shared by ends and owned permits; futures and permits borrow it from their sender or receiver.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/channel/message.hpp"
#include "common/channel/mpsc/block_queue.hpp"
#include "common/channel/wait_list.hpp"
#include "common/future/atomic_waker.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/sync/semaphore_core.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

struct Bounded {
  explicit Bounded(std::size_t capacity) : max(capacity), permits(capacity) {}

  // Of a block: few for a small channel, so that a million of them have room.
  [[nodiscard]] std::size_t slots() const { return std::bit_ceil(std::clamp<std::size_t>(max, 4, 32)); }
  void give(std::size_t n) { permits.give(n); }
  [[nodiscard]] bool is_closed() const { return permits.is_closed(); }
  // Closed, and all permits are back: nothing is in it, and nothing will be.
  [[nodiscard]] bool is_over() const { return is_closed() && permits.available() == max; }

  const std::size_t max;
  async::detail::SemaphoreCore permits;
};

struct Unbounded {
  [[nodiscard]] static std::size_t slots() { return 32; }
  static void give(std::size_t) {}
  [[nodiscard]] static bool is_closed() { return false; }
  [[nodiscard]] static bool is_over() { return false; }
};

template <class T, class Limit>
class State {
 public:
  static constexpr bool kIsBounded = std::is_same_v<Limit, Bounded>;

  template <class... Args>
  explicit State(Args... args) : limit(args...), queue_(limit.slots()) {
    async::detail::check_message<T>();
  }

  // ---- senders -------------------------------------------------------------------------------------------

  // False: closed, and the value is as it was. Never, for who holds a permit.
  bool push(T& value) {
    const auto pushed = queue_.push(value);
    if (pushed == async::detail::Pushed::wake_receiver) receiver_.wake();
    return pushed != async::detail::Pushed::closed;
  }

  // Permits that are not used.
  void give_back(std::size_t n) {
    limit.give(n);
    wake_if_over();
  }
  // For whoever may have given permits back.
  void wake_if_over() {
    if (limit.is_over()) receiver_.wake();
  }

  [[nodiscard]] bool is_closed() const { return limit.is_closed() || queue_.is_closed(); }

  // relaxed: who adds a sender has one, and nothing is read by the number.
  void add_sender() { senders_.fetch_add(1, base::relaxed); }
  // For a weak sender. False: the last one is gone.
  [[nodiscard]] bool try_add_sender() {
    std::size_t now = senders_.load(base::relaxed);
    do {
      if (now == 0) return false;
    } while (!senders_.compare_exchange_weak(now, now + 1, base::relaxed));  // relaxed: as above
    return true;
  }
  void drop_sender() {
    // acq_rel: what all senders did comes before the end
    if (senders_.fetch_sub(1, base::acq_rel) != 1) return;
    queue_.close_after_last();
    receiver_.wake();
  }
  [[nodiscard]] std::size_t senders() const { return senders_.load(base::relaxed); }

  // ---- the receiver --------------------------------------------------------------------------------------

  // Wakes, in here, the sender whose turn it is.
  [[nodiscard]] bool pop(std::optional<T>& taken) {
    if (!queue_.pop(taken)) return false;
    limit.give(1);
    return true;
  }

  Poll<std::optional<T>> poll_recv(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    std::optional<T> taken;
    if (!pop(taken)) {
      if (must_wait(cx.waker())) return Pending();
      (void)pop(taken);
    }
    Budget::spend();
    return Ready(std::move(taken));
  }

  // Up to `most`, which is not 0; fewer only if there are no more. Their permits go back together.
  template <class Values>
  std::size_t pop_many(Values& into, std::size_t most) {
    struct Taken {
      Limit& limit;
      std::size_t count = 0;
      ~Taken() { limit.give(count); }  // also if there is no memory for one more
    } done{limit};
    std::optional<T> taken;
    while (done.count < most) {
      if (into.size() == into.capacity())
        into.reserve(into.size() + std::min(most - done.count, std::max<std::size_t>(into.size(), 32)));
      if (!queue_.pop(taken)) break;
      ++done.count;
      into.push_back(*std::move(taken));
    }
    return done.count;
  }

  // After a pop that found nothing. False: there is a value, or there will be none any more.
  [[nodiscard]] bool must_wait(const Waker& newest) {
    receiver_.register_waker(newest);
    if (queue_.await_next() && !is_over()) return true;
    stop_waiting();
    return false;
  }
  // For a receive that is dropped.
  void stop_waiting() { const Waker dropped = receiver_.take(); }

  [[nodiscard]] bool is_over() const { return limit.is_over() || queue_.is_drained(); }

  void close() {
    if constexpr (kIsBounded) {
      limit.permits.close();
    } else {
      queue_.close();
    }
    closed_waiters.wake_all();
  }

  // For a receiver that goes, after close(): one at a time, as a value may own a sender.
  void drop_values() {
    std::optional<T> dropped;
    while (pop(dropped)) dropped.reset();
  }

  [[nodiscard]] std::size_t size() const { return queue_.size(); }

  Limit limit;
  async::detail::WaitList closed_waiters;  // senders that wait for is_closed()

 private:
  async::detail::BlockQueue<T> queue_;
  AtomicWaker receiver_;
  base::Atomic<std::size_t> senders_ = 1;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc
