// notify.hpp -- Notify: tells one waiting task, or all of them, that something has happened.
//
//   Notify changed;
//   co_await changed.notified();      // here
//   changed.notify_one();             // there, before or after: one notification is kept
//   changed.notify_waiters();         // or to all who wait at this moment; nothing is kept
//
// A notification that comes before the await is not lost, in two ways. notify_one() keeps one permit if
// nobody waits. And a future counts for notify_waiters() from the call of notified() on, before it is polled.
// So the safe order is:
//
//   auto notified = changed.notified();
//   notified.enable();                // where notify_one() is used: it stands in the queue from here on
//   if (!condition()) co_await notified;
//
// What happens when: notify_one() wakes the future that has waited longest since its first poll or enable();
// notify_waiters() wakes all, in that order. The wakers are called inside those calls, in their thread,
// without a lock; the tasks go on in their executors' next poll.
//
// Thread safety: every function from any thread, of any runtime or none; a future: one thread at a time.
// Invariants: (1) A permit is kept only while nobody waits, but for those whom notify_waiters() is waking.
//   (2) Who waits has the generation at which it was made; notify_waiters() begins a new one. So it wakes,
//   round by round, whoever has an old one, and nobody who came after it was called.
// Lifetime: outlives its futures, and calls of notify_waiters(). A future is immovable: it is the queue's
//   element. select([&] { return changed.notified(); }, ...) builds it in place.
// Cancelling: a future that notify_one() has chosen and that is dropped before it says so passes the
//   notification on, or leaves it as the permit. What enable() has answered true to is used up.
// Memory ordering: what happened before a notification is seen by whoever it wakes, through one mutex.
// Allocates nothing.
#pragma once

#include <cstdint>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/sync/wake_before.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Notify {
 public:
  class Notified;

  Notify() = default;
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  // A future of void.
  Notified notified();

  // Wakes one, or keeps the permit for the next one to ask. There is at most one permit.
  void notify_one() {
    Waker woken = choose_one(*state_.lock());
    std::move(woken).wake();
  }

  // Wakes all whose future exists, whether it waits yet or not.
  void notify_waiters() {
    const std::uint64_t current = ++state_.lock()->generation;
    detail::wake_all_before(current, state_);
  }

 private:
  struct Node : detail::GenerationNode {  // that at which the future was made
    bool was_chosen = false;              // by notify_one(), and then it is not in the list
  };
  struct State {
    bool permit = false;
    std::uint64_t generation = 0;
    base::IntrusiveList<Node> waiting;
  };

  // Whom to wake.
  [[nodiscard]] static Waker choose_one(State& state) {
    Node* first = state.waiting.front();
    // Those in front with an old generation are being woken by notify_waiters(), for which they count.
    while (first != nullptr && first->generation != state.generation) first = state.waiting.next(*first);
    if (first == nullptr) {
      state.permit = true;
      return Waker();
    }
    state.waiting.remove(*first);
    first->was_chosen = true;
    return std::move(first->waker);
  }

  base::Locked<State> state_;
};

class [[nodiscard("a future does nothing until it is awaited or polled")]] Notify::Notified {
 public:
  using Output = void;

  Notified(const Notified&) = delete;
  Notified& operator=(const Notified&) = delete;
  ~Notified() {
    if (stage_ == Stage::waiting) leave();
  }

  // Stands in the queue from here on, as after a first poll. True: it is notified, as its next poll will say.
  bool enable() {
    if (stage_ != Stage::unpolled && stage_ != Stage::waiting) return true;
    auto state = notify_.state_.lock();
    const bool is_told = is_notified(*state);
    if (!is_told) wait(*state);
    stage_ = is_told ? Stage::told : Stage::waiting;
    return is_told;
  }

  Poll<void> poll(Context& cx) {
    ASYNC_CHECK(stage_ != Stage::finished, "a Notified was polled after it was ready");
    if (Budget::is_spent(cx)) return Pending();
    if (stage_ != Stage::told) {
      stage_ = Stage::waiting;
      const bool is_told = ask_or_wait(
          notify_.state_, node_, cx.waker(), true, [this](State& state) { return is_notified(state); },
          [this](State& state) { wait(state); });
      if (!is_told) return Pending();
    }
    Budget::spend();
    stage_ = Stage::finished;
    return Ready();
  }

 private:
  friend class Notify;
  enum class Stage : std::uint8_t { unpolled, waiting, told, finished };

  explicit Notified(Notify& notify) : notify_(notify) {
    node_.generation = notify_.state_.lock()->generation;
  }

  // Under the lock. True: that notification is used up.
  bool is_notified(State& state) {
    if (node_.was_chosen) return true;
    if (node_.generation != state.generation) {
      // notify_waiters() was called, and may not have come to it yet.
      if (node_.is_linked()) state.waiting.remove(node_);
      return true;
    }
    return !node_.is_linked() && std::exchange(state.permit, false);
  }
  void wait(State& state) {
    if (!node_.is_linked()) state.waiting.push_back(node_);
  }

  void leave() {
    Waker woken;
    {
      auto state = notify_.state_.lock();
      if (node_.is_linked()) {
        state->waiting.remove(node_);
      } else if (node_.was_chosen) {
        woken = choose_one(*state);
      }
    }
    std::move(woken).wake();
  }

  Notify& notify_;
  Node node_;
  Stage stage_ = Stage::unpolled;
};

inline Notify::Notified Notify::notified() { return Notified(*this); }

}  // namespace async::inline ASYNC_FLAVOUR
