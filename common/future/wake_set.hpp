// wake_set.hpp -- WakeSet: a waker for each of n children, and the list of those that were woken.
//
// join_all and select_all poll a child only if its own waker was called; otherwise each wake would cost a
// poll of all. A child's waker puts the child on the list, then wakes the task that polls the parent future.
//
// Thread safety: the wakers from any thread; all else from the parent's poll or destructor, one at a time.
// Invariants: (1) A child is on the list at most once. (2) It leaves the list before it is polled, so that a
//   wake during that poll, or after it, puts it there again. (3) The parent's waker is used up by the first
//   wake; each poll of the parent brings a new one before it looks at the list: between two polls one wake is
//   enough.
// Lifetime: the parent and all clones of the wakers own the set together. After close() the wakers do
//   nothing.
// Allocates: twice, for the set and for its entries, however many children there are.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/future/budget.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class WakeSet {
 public:
  // The parent's share of a WakeSet; move-only.
  class Owner;

 private:
  struct Entry {
    WakeSet* set = nullptr;
    Entry* next = nullptr;  // on the list: the one that was woken after this one
    bool listed = false;    // set if on the list
    bool finished = false;  // set if its wakes are of no interest any more
  };
  // All of it, and all entries but for `set`, is reached under the lock alone.
  struct Woken {
    Waker parent;
    Entry* first = nullptr;
    Entry* last = nullptr;
    std::size_t count = 0;
  };

  explicit WakeSet(std::size_t n) : entries_(n) {
    for (Entry& entry : entries_) entry.set = this;
  }

  static void append(Woken& woken, Entry& entry) {
    entry.listed = true;
    entry.next = nullptr;
    (woken.first == nullptr ? woken.first : woken.last->next) = &entry;
    woken.last = &entry;
    ++woken.count;
  }

  void release() {
    // acq_rel: what the other owners did with the set happens before its destruction.
    if (owners_.fetch_sub(1, base::acq_rel) == 1) delete this;
  }

  static Entry& from(const void* data) {
    // SAFETY: Owner::poll and clone alone put an Entry there; whoever holds the waker owns the entry's set.
    return *const_cast<Entry*>(static_cast<const Entry*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    from(data).set->owners_.fetch_add(1, base::relaxed);  // relaxed: whoever clones owns one already
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept {
    wake_by_ref(data);
    drop(data);
  }
  static void wake_by_ref(const void* data) noexcept {
    Entry& entry = from(data);
    Waker parent;
    {
      auto woken = entry.set->woken_.lock();
      if (entry.listed || entry.finished) return;
      append(*woken, entry);
      parent = std::move(woken->parent);
    }
    std::move(parent).wake();  // not under the lock: it is somebody else's code
  }
  static void drop(const void* data) noexcept { from(data).set->release(); }

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  base::Locked<Woken> woken_;
  base::Atomic<std::size_t> owners_ = 1;
  std::vector<Entry> entries_;
};

class WakeSet::Owner {
 public:
  // All n children are on the list, `first` at its head, then those after it, then those before it.
  explicit Owner(std::size_t n, std::size_t first = 0) : set_(new WakeSet(n)) {
    auto woken = set_->woken_.lock();
    for (std::size_t i = first; i < n; ++i) append(*woken, set_->entries_[i]);
    for (std::size_t i = 0; i < first; ++i) append(*woken, set_->entries_[i]);
  }
  Owner(Owner&& other) noexcept : set_(std::exchange(other.set_, nullptr)) {}
  Owner& operator=(Owner&&) = delete;
  ~Owner() {
    if (set_ == nullptr) return;
    close();
    set_->release();
  }

  // Wakers that are still about wake nobody from now on, and keep no task alive.
  void close() {
    Waker parent;
    auto woken = set_->woken_.lock();
    for (Entry& entry : set_->entries_) entry.finished = true;
    parent = std::move(woken->parent);
    // `woken` lets go first, then `parent` is dropped.
  }

  // Calls poll(index, cx) for each child that is on the list by now, in order, until one says `stop`. A child that
  // comes onto the list meanwhile is left for the next time: the first of them has woken cx's task again. So are, with
  // a wake of their own, those that are left when the budget is spent.
  template <class PollChild>
  void poll_woken(Context& cx, PollChild poll) {
    refresh(cx.waker());
    for (std::size_t left = set_->woken_.lock()->count; left != 0; --left) {
      Entry& entry = pop();
      const auto index = static_cast<std::size_t>(&entry - set_->entries_.data());
      // Lent: the set is not counted once more for a waker that the child may not even clone.
      const Lent waker(entry);
      Context child_cx(waker.waker);
      if (poll(index, child_cx)) return;
      if (left > 1 && !Budget::has_any_left()) {
        // The others could only say Pending and wake themselves: n of them would cost n * n polls in all.
        cx.waker().wake_by_ref();
        return;
      }
    }
  }

  // The child has finished: its wakers need not wake anybody any more.
  void finish(std::size_t index) {
    auto woken = set_->woken_.lock();
    set_->entries_[index].finished = true;
  }

 private:
  struct Lent {
    explicit Lent(Entry& entry) : waker(RawWaker{&entry, &kTable}) {}
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent() { (void)waker.release(); }
    Waker waker;
  };

  // Only polls bring a waker and wakes only take it away, so what was seen in between can only be less.
  void refresh(const Waker& newest) {
    if (set_->woken_.lock()->parent.will_wake(newest)) return;
    Waker parent = newest.clone();
    auto woken = set_->woken_.lock();
    std::swap(woken->parent, parent);
    // `woken` lets go first, then the old one is dropped.
  }

  Entry& pop() {
    auto woken = set_->woken_.lock();
    Entry& entry = *woken->first;
    woken->first = entry.next;
    --woken->count;
    entry.listed = false;
    return entry;
  }

  WakeSet* set_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
