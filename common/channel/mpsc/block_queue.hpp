// block_queue.hpp -- BlockQueue<T>: a queue without a lock that many threads fill and one empties.
//
// What it is. Positions 0, 1, 2, ... on a linked list of blocks. A sender claims a position with one
// fetch_add on tail_, finds the block of it, puts the value there and marks it ready. The receiver takes them
// in order.
//
//   oldest_ -> [read] -> [half read] -> [being filled] -> [empty] -> null
//                        head_block_    tail_block_
//
// Thread safety: push and close_after_last from any thread; all else from the receiver's. (One that changes
//   threads between two calls is one receiver.)
// Invariants
//   (1) The block of a position that is claimed and not ready is tail_block_, or comes after it: tail_block_
//       moves on from a block only when all of its slots are ready.
//   (2) A block is used again only when nobody else can look at it: it is read to its end, tail_block_ has
//       moved on, and every sender that could still have found it there is done. Those are the ones that
//       claimed a position before left_at, which is tail_ read after the move; and the receiver has read up
//       to there.
//       Why these: a sender claims (an acquire on tail_), then looks at tail_block_. If it claims after
//       left_at was read (a release on tail_), it also sees the move.
//   (3) After CLOSED a claim is void: nothing is put there, and nobody waits for it.
// Lifetime: blocks live until the queue ends, or until too many are empty. The queue's end destroys what is
//   in it; nobody uses it then.
// Memory ordering: what a sender did before push() is seen by the receiver that takes the value; what the
//   receiver did before await_next() by the sender that is told to wake it. Both go through the marks of the
//   slot.
// Errors: a block that cannot be allocated ends the program (std::bad_alloc out of a noexcept): the position
//   was claimed, and without a value there the receiver would wait for ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "common/base/block_pool.hpp"
#include "common/channel/mpsc/block.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

enum class Pushed : std::uint8_t { closed, quietly, wake_receiver };

template <class T>
class BlockQueue {
 public:
  // `slots` of a block: a power of two, at most Block<T>::kMostSlots.
  explicit BlockQueue(std::size_t slots)
      : slots_(slots),
        tail_block_(Block<T>::create(slots, 0)),
        head_block_(tail_block_.load(base::relaxed)) {}
  BlockQueue(const BlockQueue&) = delete;
  BlockQueue& operator=(const BlockQueue&) = delete;
  ~BlockQueue();

  // ---- senders -------------------------------------------------------------------------------------------

  // closed: `value` is as it was.
  [[nodiscard]] Pushed push(T& value) noexcept {
    // acquire: pairs with the release in leave_block(), see (2)
    const Position claimed = tail_.fetch_add(kOne, base::acquire);
    if (claimed & kClosed) return Pushed::closed;
    const Position position = claimed >> 1;
    Block<T>& block = find(position);
    const std::size_t index = position & (slots_ - 1);
    block.put(index, std::move(value));
    // release: pairs with the acquire in pop() (publishes the value)
    // acquire: pairs with the release in await_next() (publishes the receiver's waker)
    // Added, as it is set by this alone: that is one instruction, and an `or` that tells the old value is a loop.
    const auto marks = block.marks.fetch_add(Block<T>::ready(index), base::acq_rel);
    return (marks & Block<T>::awaited(index)) ? Pushed::wake_receiver : Pushed::quietly;
  }

  // For the last sender, as its last act: so nothing is claimed after this.
  void close_after_last() { tail_.fetch_or(kClosed, base::release); }

  // acquire: who finds it closed sees what was done before.
  [[nodiscard]] bool is_closed() const { return tail_.load(base::acquire) & kClosed; }

  // ---- the receiver --------------------------------------------------------------------------------------

  // False: the next value is not there (a later one may be).
  template <class Place>
  [[nodiscard]] bool pop(Place& into) {
    if (head_ - head_block_->first() == slots_ && !next_block()) return false;
    const std::size_t index = head_ & (slots_ - 1);
    // acquire: pairs with the release in push()
    if (!(seen_ & Block<T>::ready(index))) {
      seen_ = head_block_->marks.load(base::acquire);
      if (!(seen_ & Block<T>::ready(index))) return false;
    }
    ++head_;
    head_block_->take(index, into);
    return true;
  }

  // False: the next value is there. True: whoever pushes it is told wake_receiver.
  [[nodiscard]] bool await_next() noexcept {
    if (head_ - head_block_->first() == slots_) {
      grow(*head_block_);
      (void)next_block();
    }
    const std::size_t index = head_ & (slots_ - 1);
    auto marks = head_block_->marks.load(base::acquire);
    if (!(marks & (Block<T>::awaited(index) | Block<T>::ready(index)))) {
      // release: pairs with the acquire in push() (publishes the waker); acquire: as in pop()
      marks = head_block_->marks.fetch_or(Block<T>::awaited(index), base::acq_rel);
    }
    return !(marks & Block<T>::ready(index));
  }

  // No claims from now on; those before it are still to come.
  void close() {
    const Position claimed = tail_.fetch_or(kClosed, base::acq_rel);
    if (!(claimed & kClosed)) end_ = claimed >> 1;
  }

  // Closed, and everything was taken.
  [[nodiscard]] bool is_drained() const {
    if (end_ != kNoEnd) return head_ == end_;
    // acquire: pairs with the release in close_after_last(). Then nobody claims any more, so tail_ stands
    // still.
    const Position tail = tail_.load(base::acquire);
    return (tail & kClosed) && head_ == tail >> 1;
  }

  // Claimed and not taken; as it was a moment ago.
  [[nodiscard]] std::size_t size() const {
    if (end_ != kNoEnd) return end_ - head_;
    return (tail_.load(base::relaxed) >> 1) - head_;  // relaxed: a number, nothing else is read by it
  }

 private:
  using Position = std::uint64_t;
  static constexpr Position kClosed = 1, kOne = 2;  // in tail_: positions are counted above the bit
  static constexpr Position kNoEnd = std::numeric_limits<Position>::max();
  static constexpr int kTriesToReuse = 3;

  Block<T>& find(Position position);
  Block<T>* try_append(Block<T>& last, Block<T>& added);
  Block<T>* grow(Block<T>& last);
  void leave_block(Block<T>& block);
  bool next_block();
  void reuse(Block<T>& block);

  const std::size_t slots_;
  const typename Block<T>::Marks all_ = Block<T>::all_ready(slots_);
  base::Atomic<Position> tail_ = 0;
  base::Atomic<Block<T>*> tail_block_;

  // What senders write and what the receiver writes are in different cache lines, wherever the queue lies: two
  // cores need not take turns for one line whenever either of them writes.
  std::byte apart_[base::BlockPool::kCacheLine - sizeof(void*)] = {};  // after tail_block_, a pointer

  // The receiver's alone.
  Position head_ = 0;
  typename Block<T>::Marks seen_ = 0;  // of head_block_, when it was last looked at
  Position end_ = kNoEnd;              // after close()
  Block<T>* head_block_;
  Block<T>* oldest_ = head_block_;  // not used again yet
};

// From tail_block_ on to the block of a claimed position. On the way it moves tail_block_ over full blocks.
template <class T>
Block<T>& BlockQueue<T>::find(Position position) {
  const Position first = position & ~Position{slots_ - 1};
  // acquire: pairs with the release in the exchange below, and in grow() (publishes the block)
  Block<T>* block = tail_block_.load(base::acquire);
  bool is_tail = true;
  while (block->first() != first) {
    Block<T>* next = block->next.load(base::acquire);  // acquire: pairs with the release in try_append()
    if (next == nullptr) next = grow(*block);
    // acquire: who filled those slots had found this block before we move on from it, see (1)
    is_tail = is_tail && (block->marks.load(base::acquire) & all_) == all_;
    if (is_tail) {
      Block<T>* expected = block;
      // release: pairs with the acquire above, in the next find()
      is_tail = tail_block_.compare_exchange_strong(expected, next, base::acq_rel, base::relaxed);
      if (is_tail) leave_block(*block);
    }
    block = next;
  }
  return *block;
}

// After tail_block_ has moved on from it, by whoever has moved it.
template <class T>
void BlockQueue<T>::leave_block(Block<T>& block) {
  // A fetch_add, so that it stands in one row with the claims.
  // release: pairs with the acquire in push(), see (2)
  const Position claimed = tail_.fetch_add(0, base::release);
  // release: pairs with the acquire in next_block() (nobody comes any more)
  block.left_at.store(claimed >> 1, base::release);
}

// The block that is there already, or null: then it is `added` now.
template <class T>
Block<T>* BlockQueue<T>::try_append(Block<T>& last, Block<T>& added) {
  added.set_first(last.first() + slots_);
  Block<T>* there = nullptr;
  // release: pairs with the acquire wherever next is read (publishes the block)
  last.next.compare_exchange_strong(there, &added, base::acq_rel, base::acquire);
  return there;
}

// Returns the block after `last`. If another thread was faster, the new one goes to the end, for later.
template <class T>
Block<T>* BlockQueue<T>::grow(Block<T>& last) {
  Block<T>* const added = Block<T>::create(slots_, 0);
  for (Block<T>* there = &last; there != nullptr;) there = try_append(*there, *added);
  return last.next.load(base::acquire);
}

// To the block of head_, which is full and read. False: there is none yet.
template <class T>
bool BlockQueue<T>::next_block() {
  Block<T>* const next = head_block_->next.load(base::acquire);
  if (next == nullptr) return false;
  head_block_ = next;
  seen_ = 0;
  while (oldest_ != head_block_) {
    // acquire: pairs with the release in leave_block(). Not before left_at, see (2).
    const Position left_at = oldest_->left_at.load(base::acquire);
    if (left_at == 0 || head_ < left_at) break;
    reuse(*std::exchange(oldest_, oldest_->next.load(base::relaxed)));  // relaxed: was read before
  }
  return true;
}

// To the end of the list; if that runs away, there are blocks enough, and it goes.
template <class T>
void BlockQueue<T>::reuse(Block<T>& block) {
  block.reset();
  Block<T>* last = tail_block_.load(base::acquire);
  for (int tries = kTriesToReuse; tries != 0; --tries) {
    last = try_append(*last, block);
    if (last == nullptr) return;
  }
  Block<T>::destroy(&block);
}

template <class T>
BlockQueue<T>::~BlockQueue() {
  std::optional<T> dropped;
  while (pop(dropped)) dropped.reset();
  while (oldest_ != nullptr) {
    Block<T>* const block = oldest_;
    oldest_ = block->next.load(base::relaxed);  // relaxed: nobody else is left
    Block<T>::destroy(block);
  }
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
