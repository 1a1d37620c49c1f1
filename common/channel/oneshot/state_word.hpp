// state_word.hpp -- OneshotState: the one word that says how far the two ends of a oneshot are.
//
//   bit              set                                        cleared              never together with
//   DONE             the sender sends, or goes without          never                -
//   VALUE            with DONE, if it sends                     never                CLOSED before it
//   CLOSED           the receiver wants nothing any more        never                DONE before it
//   RECEIVER_WAITS   the receiver put its waker into its slot   it takes it back     -
//   SENDER_WAITS     the sender put its waker into its slot     it takes it back     -
//   SENDER_LEFT      the sender's last touch                    never                -
//   RECEIVER_LEFT    the receiver's last touch                  never                -
//
//   who does it         from             to                     what the caller must do next
//   finish (sender)     CLOSED           -                      keep its value; leave
//                       RECEIVER_WAITS   + DONE (VALUE)         take the receiver's waker; leave; wake
//                       -                + DONE (VALUE) SENDER_LEFT    nothing: this was its last touch
//   receiver_waits      DONE             -                      nothing to wait for
//                       -                + RECEIVER_WAITS       wait
//   receiver_takes_back DONE             -                      leave its slot alone: it is the sender's
//                       -                - RECEIVER_WAITS       the slot is its own again
//   close (receiver)    DONE, CLOSED     -                      nothing
//                       -                + CLOSED - RECEIVER_WAITS  if SENDER_WAITS take that waker, and wake
//   it sender_waits, sender_takes_back: as the receiver's, with CLOSED in place of DONE
//   sender_left,        the other left   -                      destroy the cell
//   receiver_left       -                + that bit             nothing: this was its last touch
//
// DONE and CLOSED exclude each other: whichever comes first decides whether there can be a value. After DONE
// the place of the value is the receiver's.
//
// Thread safety: the sender's functions from the sender's thread, the receiver's from the receiver's.
// Memory ordering: what an end did before it changed the word is seen by the other end when it finds that
//   change: each change is one acq_rel read-modify-write on one word, and each look is an acquire.
#pragma once

#include <cstdint>

#include "common/base/atomic.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class OneshotState {
 public:
  // ---- the sender ----------------------------------------------------------------------------------------

  enum class Finished : std::uint8_t { was_closed, wake_receiver, and_left };
  [[nodiscard]] Finished finish(bool with_value) {
    const Word done = with_value ? kDone | kValue : kDone;
    // release: pairs with the acquire in is_done() and in the receiver's updates (publishes the value)
    const Word old = update([done](Word word) -> Word {
      if (word & kClosed) return word;
      return (word & kReceiverWaits) ? word | done : word | done | kSenderLeft;
    });
    if (old & kClosed) return Finished::was_closed;
    return (old & kReceiverWaits) ? Finished::wake_receiver : Finished::and_left;
  }
  [[nodiscard]] bool is_closed() const { return word_.load(base::acquire) & kClosed; }
  [[nodiscard]] bool sender_waits() { return add_unless(kSenderWaits, kClosed); }
  [[nodiscard]] bool sender_takes_back() { return remove_unless(kSenderWaits, kClosed); }
  // True: the caller was the last one.
  [[nodiscard]] bool sender_left() { return word_.fetch_or(kSenderLeft, base::acq_rel) & kReceiverLeft; }

  // ---- the receiver --------------------------------------------------------------------------------------

  [[nodiscard]] bool is_done() const { return word_.load(base::acquire) & kDone; }
  [[nodiscard]] bool has_value() const { return word_.load(base::acquire) & kValue; }
  [[nodiscard]] bool receiver_waits() { return add_unless(kReceiverWaits, kDone); }
  [[nodiscard]] bool receiver_takes_back() { return remove_unless(kReceiverWaits, kDone); }

  enum class Closed : std::uint8_t { by_now, wake_sender, was_over };
  [[nodiscard]] Closed close() {
    const Word old = update([](Word word) -> Word {
      return (word & (kDone | kClosed)) ? word : (word | kClosed) & ~kReceiverWaits;
    });
    if (old & (kDone | kClosed)) return Closed::was_over;
    return (old & kSenderWaits) ? Closed::wake_sender : Closed::by_now;
  }
  // True: the caller was the last one.
  [[nodiscard]] bool receiver_left() {
    // Most often the sender left long ago: a look is enough then, nobody else will write the word.
    if (word_.load(base::acquire) & kSenderLeft) return true;
    return word_.fetch_or(kReceiverLeft, base::acq_rel) & kSenderLeft;
  }

 private:
  using Word = std::uint32_t;
  static constexpr Word kDone = 1 << 0;
  static constexpr Word kValue = 1 << 1;
  static constexpr Word kClosed = 1 << 2;
  static constexpr Word kReceiverWaits = 1 << 3;
  static constexpr Word kSenderWaits = 1 << 4;
  static constexpr Word kSenderLeft = 1 << 5;
  static constexpr Word kReceiverLeft = 1 << 6;

  // False, and nothing is changed, if the other side is over.
  bool add_unless(Word bit, Word over) {
    return !(update([=](Word word) { return (word & over) ? word : word | bit; }) & over);
  }
  bool remove_unless(Word bit, Word over) {
    return !(update([=](Word word) { return (word & over) ? word : word & ~bit; }) & over);
  }

  // Replaces the word by next(word), in one step; returns the old one.
  template <class Next>
  Word update(Next next) {
    Word old = word_.load(base::relaxed);  // relaxed: the exchange, or its failure, orders what follows
    while (!word_.compare_exchange_weak(old, next(old), base::acq_rel, base::relaxed)) {
    }
    return old;
  }

  base::Atomic<Word> word_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
