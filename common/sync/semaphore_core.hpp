// semaphore_core.hpp -- SemaphoreCore: permits in an atomic word, and a fair queue of those who wait.
//
// What it is. The counting semaphore on which Semaphore, Mutex, RwLock and the bounded channels stand. It
// counts, and does not know who holds what. The word holds the free permits and two bits:
//
//   bit      set                                        cleared
//   WAITING  the first waiter comes                     the last one leaves the queue, or close()
//   CLOSED   close()                                    never
//
// Without waiters a take and a give are one compare-exchange each. Everything else happens under a lock.
//
// Thread safety: every function from any thread; those for one waiter from one thread at a time.
// Invariants: (1) WAITING is set if, and only if, somebody is in the queue and it is not closed.
//   (2) While WAITING is set no permit is free: the first waiter has collected what there was. So try_take()
//       overtakes nobody, though it does not look at the bit.
//   (3) While WAITING is set only the holder of the lock changes the word.
//   (4) Only the first waiter has collected some of its permits. Who has all of them is not in the queue.
//   (5) The lock is not held while a waker is cloned, called or dropped: that is somebody else's code.
// No wake is lost: a waiter takes the free permits and sets WAITING in one compare-exchange. A give() that
//   comes before it is among the free ones; one that comes after it sees the bit and goes for the lock, which
//   it gets when the waiter stands in the queue with its waker.
// Wakes: inside give(), leave() and close(), in the thread that calls them, without the lock.
// Lifetime: outlives its waiters. give() does not touch it any more once the last of the given permits has
//   been handed over: whoever got that one may destroy it. (Hence the lock first, then the permits.)
// Memory ordering: what a thread did before give() is seen by whoever takes those permits. Free permits pass
//   through the word: release in give(), acquire in try_take(). Permits for a waiter pass through the lock.
// Errors: std::invalid_argument from the constructors. More than kMaxPermits free ones stop the program.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/sync/wait_node.hpp"
#include "common/sync/wake_list.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class SemaphoreCore {
 public:
  static constexpr std::size_t kMaxPermits = std::numeric_limits<std::size_t>::max() >> 3;

  // The same number; std::invalid_argument if there can never be so many.
  static std::size_t checked(std::size_t permits) {
    if (permits > kMaxPermits) throw std::invalid_argument("a semaphore has at most SIZE_MAX / 8 permits");
    return permits;
  }

  class Waiter;
  enum class Take : std::uint8_t { taken, no_permits, closed };

  explicit SemaphoreCore(std::size_t permits) : word_(checked(permits) << kShift) {}
  SemaphoreCore(const SemaphoreCore&) = delete;
  SemaphoreCore& operator=(const SemaphoreCore&) = delete;

  // All n or none.
  [[nodiscard]] Take try_take(std::size_t n) {
    Word word = word_.load(base::acquire);
    do {
      if (word & kClosed) return Take::closed;
      if (word >> kShift < n) return Take::no_permits;
      // acquire: pairs with the releases in give() and leave() (publishes what was done under the permits)
    } while (!word_.compare_exchange_weak(word, word - (n << kShift), base::acquire, base::acquire));
    return Take::taken;
  }

  // taken: the permits are the caller's. no_permits: the waiter is in the queue, and `newest` will be woken.
  [[nodiscard]] Take poll(Waiter& waiter, const Waker& newest);

  // For a waiter that will not ask again, whatever poll() said last. It leaves the queue; what it was given,
  // and does not know of, is given on.
  void leave(Waiter& waiter);

  // The first waiters get them, and are woken in here.
  void give(std::size_t n) {
    while (n != 0 && !give_to_nobody(n)) give_to_waiters(n);
  }

  // Takes free permits away, as many as there are up to n; returns how many.
  std::size_t forget(std::size_t n) {
    // relaxed: nobody gets these permits, so nothing is to be seen.
    Word word = word_.load(base::relaxed);
    std::size_t fewer = 0;
    do {
      fewer = std::min(n, word >> kShift);
    } while (!word_.compare_exchange_weak(word, word - (fewer << kShift), base::relaxed));
    return fewer;
  }

  // For ever. All waiters are woken in here; permits can still be given back.
  void close();
  [[nodiscard]] bool is_closed() const { return word_.load(base::acquire) & kClosed; }

  // The free ones. Acquire: who finds all of them here sees what was done under them.
  [[nodiscard]] std::size_t available() const { return word_.load(base::acquire) >> kShift; }

 private:
  using Word = std::size_t;
  using Queue = base::IntrusiveList<Waiter>;
  static constexpr Word kClosed = 1, kWaiting = 2;
  static constexpr int kShift = 2;

  // False: somebody waits.
  bool give_to_nobody(std::size_t n) {
    Word word = word_.load(base::relaxed);  // relaxed: the exchange below, or the lock, orders what follows
    do {
      if (word & kWaiting) return false;
      ASYNC_CHECK(n <= kMaxPermits - (word >> kShift),
                  "a semaphore was given more permits than it can count");
      // release: pairs with the acquire in try_take() and newcomer()
    } while (!word_.compare_exchange_weak(word, word + (n << kShift), base::release, base::relaxed));
    return true;
  }
  void give_to_waiters(std::size_t& n);

  // Under the lock.
  Take newcomer(Waiter& waiter);
  void unmark_if_empty(Queue& queue, std::size_t& n);

  base::Atomic<Word> word_;
  base::Locked<Queue> waiting_;
};

class SemaphoreCore::Waiter : public WaitNode {
 public:
  explicit Waiter(std::size_t wanted) : wanted_(checked(wanted)) {}

  [[nodiscard]] std::size_t wanted() const { return wanted_; }

 private:
  friend class SemaphoreCore;
  const std::size_t wanted_;
  std::size_t missing_ =
      0;                // none, and not in the queue: it was given all. All, and not in the queue: closed.
  bool waits_ = false;  // poll() said no_permits last. Its owner's: not under the lock.
};

inline SemaphoreCore::Take SemaphoreCore::poll(Waiter& waiter, const Waker& newest) {
  if (!waiter.waits_) {
    const Take at_once = try_take(waiter.wanted_);
    if (at_once != Take::no_permits) return at_once;
    waiter.missing_ = waiter.wanted_;
  }
  Take answer = Take::no_permits;
  const auto ask = [&](Queue&) {
    if (!waiter.waits_) {
      answer = newcomer(waiter);
    } else if (!waiter.is_linked()) {
      answer = waiter.missing_ == 0 ? Take::taken : Take::closed;
    }
    return answer != Take::no_permits;
  };
  const auto wait = [&](Queue& queue) {
    if (!waiter.is_linked()) queue.push_back(waiter);
  };
  waiter.waits_ = !ask_or_wait(waiting_, waiter, newest, waiter.waits_, ask, wait);
  return answer;
}

// Takes what is free. If that is not enough, says in the same step that somebody waits.
inline SemaphoreCore::Take SemaphoreCore::newcomer(Waiter& waiter) {
  Word word = word_.load(base::acquire);
  for (;;) {
    if (word & kClosed) return Take::closed;
    const std::size_t collected = std::min(waiter.missing_, word >> kShift);
    const bool is_enough = collected == waiter.missing_;
    const Word next = (word - (collected << kShift)) | (is_enough ? 0 : kWaiting);
    // acquire: as in try_take()
    if (!word_.compare_exchange_weak(word, next, base::acquire, base::acquire)) continue;
    waiter.missing_ -= collected;
    return is_enough ? Take::taken : Take::no_permits;
  }
}

// One round: as many waiters as a WakeList holds. n is what is left.
inline void SemaphoreCore::give_to_waiters(std::size_t& n) {
  WakeList woken;  // declared before the lock, so it wakes after it
  auto queue = waiting_.lock();
  // relaxed: by (3). Not set: the last one left meanwhile, or it is being closed and nobody gets anything.
  if (!(word_.load(base::relaxed) & kWaiting)) return;
  while (n != 0 && !woken.is_full()) {
    Waiter* const first = queue->front();
    if (first == nullptr) break;
    const std::size_t part = std::min(n, first->missing_);
    n -= part;
    first->missing_ -= part;
    if (first->missing_ != 0) break;
    queue->remove(*first);
    woken.add(std::move(first->waker));
  }
  unmark_if_empty(*queue, n);
}

// If nobody waits any more, the word says so, and the n are free from then on.
inline void SemaphoreCore::unmark_if_empty(Queue& queue, std::size_t& n) {
  if (!queue.is_empty() || !(word_.load(base::relaxed) & kWaiting)) return;  // relaxed: by (3)
  // release: pairs with the acquire in try_take(). A plain store: by (2) there are no other free permits.
  word_.store(std::exchange(n, 0) << kShift, base::release);
}

inline void SemaphoreCore::leave(Waiter& waiter) {
  if (!std::exchange(waiter.waits_, false)) return;
  std::size_t back = 0;
  {
    auto queue = waiting_.lock();
    if (waiter.is_linked()) {
      back = waiter.wanted_ - waiter.missing_;
      queue->remove(waiter);
      unmark_if_empty(*queue, back);
    } else if (waiter.missing_ == 0) {
      back = waiter.wanted_;
    }
  }
  waiter.waker = Waker();
  give(back);
}

inline void SemaphoreCore::close() {
  for (bool is_done = false; !is_done;) {
    WakeList woken;
    auto queue = waiting_.lock();
    std::size_t back = 0;
    if (Waiter* const first = queue->front()) {
      back = first->wanted_ - std::exchange(first->missing_, first->wanted_);
    }
    if (word_.load(base::relaxed) & kWaiting) {              // relaxed: by (3)
      word_.store(back << kShift | kClosed, base::release);  // release: as in unmark_if_empty()
    } else {
      word_.fetch_or(kClosed, base::release);  // release: who finds it closed sees what was done before
    }
    while (!queue->is_empty() && !woken.is_full()) {
      Waiter& first = *queue->front();
      queue->remove(first);
      woken.add(std::move(first.waker));
    }
    is_done = queue->is_empty();
  }
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
