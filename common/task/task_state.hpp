// task_state.hpp -- TaskState: the one word that says where a task is and who owns what of it.
//
// What it is. A counter of references and six bits in one atomic word, so that each step below is one
// indivisible change. (The scheme is that of Rust's async-task; the ownership of the joiner is tokio's.)
//
//   bit        set                                    cleared                        never together with
//   SCHEDULED  a Runnable exists, or, while RUNNING,  the run starts; finish         -
//              the task was woken and runs once more
//   RUNNING    a run starts                           the run ends                   DONE
//   DONE       the future is destroyed and the output never                          SCHEDULED, RUNNING
//              (if any) is in its place
//   CANCELLED  cancel, or nobody could ever wake it   never                          -
//   HANDLE     at birth                               the Task or JoinHandle drops   -
//   JOINER     the handle put a waker into the slot   the handle takes it back; the  -
//                                                     finisher has woken it
//   the rest   references: the Runnable (or the run), the handle, and each Waker count one
//
//   who does it      from                      to                                what the caller must do next
//   start_run        SCHEDULED                 RUNNING                           poll; if CANCELLED drop the future
//   end_run          RUNNING                   -                                 nothing: somebody will wake it
//                    RUNNING SCHEDULED         SCHEDULED                         schedule it again
//                    RUNNING CANCELLED         RUNNING CANCELLED                 drop the future, finish
//                    RUNNING, no other ref.    RUNNING                           drop the future, finish
//   finish           RUNNING                   DONE                              wake the joiner if JOINER
//   wake             -                         SCHEDULED +1 reference            schedule it
//                    RUNNING                   RUNNING SCHEDULED                 nothing
//   wake_and_drop    as wake, then drop_reference, but in one step: the waker's reference becomes the Runnable's
//   cancel           -                         CANCELLED SCHEDULED +1 reference  schedule it
//                    SCHEDULED or RUNNING      the same with CANCELLED           nothing
//   drop_reference   last one, not DONE        CANCELLED SCHEDULED 1 reference   schedule it
//                    last one, DONE            -                                 free the memory
//
// So a task is in one queue at most once, a wake during a run is not lost, and the future is only ever touched
// by the run: also a cancelled one is destroyed there, never in the thread that cancelled it.
//
// Thread safety: every function from any thread, except start_run, end_run and finish: whoever runs it.
// Memory ordering: whatever a thread wrote before wake() is seen by the poll that follows it; whatever the run
//   wrote before finish() is seen by the handle that finds DONE; whatever any owner did is seen by the one that
//   frees. Each function is one acq_rel read-modify-write on one word, so each pairs with all later ones.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

class TaskState {
 public:
  // A new task has a Runnable, which is not queued yet, and a handle.
  TaskState() : word_(kScheduled | kHandle | 2 * kReference) {}

  // ---- the run -----------------------------------------------------------------------------------------

  enum class Start { poll, drop_future };
  Start start_run() {
    // acquire: pairs with the release in wake() (the poll sees what was written before the wake)
    const Word old = update([](Word word) { return (word & ~kScheduled) | kRunning; });
    ASYNC_CHECK((old & kScheduled) && !(old & (kRunning | kDone)), "a task was run that was not scheduled");
    return (old & kCancelled) ? Start::drop_future : Start::poll;
  }

  enum class End { waits, schedule, drop_future };
  End end_run() {
    const Word old = update([](Word word) {
      if (is_over(word)) return word;
      if (word & kScheduled) return word & ~kRunning;  // the run's reference is the next Runnable's
      return (word & ~kRunning) - kReference;
    });
    if (is_over(old)) return End::drop_future;
    return (old & kScheduled) ? End::schedule : End::waits;
  }

  struct Finished {
    bool drop_output;  // no handle will come for it
    bool wake_joiner;
  };
  Finished finish() {
    // release: pairs with the acquire in is_done() and in the handle's updates (publishes the output)
    const Word old = update([](Word word) { return (word & ~(kRunning | kScheduled)) | kDone; });
    ASYNC_CHECK(old & kRunning, "a task was finished that did not run");
    return {.drop_output = !(old & kHandle), .wake_joiner = (old & kJoiner) != 0};
  }

  // ---- wakers, and whoever cancels -----------------------------------------------------------------------

  // True: the caller must schedule a Runnable, whose reference is counted already.
  [[nodiscard]] bool wake() {
    const Word old = update([](Word word) {
      if (word & (kDone | kCancelled)) return word;
      // Also where it is scheduled already this writes the word, unchanged: the run that is to come reads it,
      // and so sees what the caller wrote before.
      if (word & (kScheduled | kRunning)) return word | kScheduled;
      return (word | kScheduled) + kReference;
    });
    return !(old & (kDone | kCancelled | kScheduled | kRunning));
  }

  enum class Left { in_use, free_memory, schedule };

  // wake() with the last use of a waker. One step where two would each cost the word: most wakes are such ones.
  [[nodiscard]] Left wake_and_drop() {
    const Word old = update([](Word word) {
      if (word & (kDone | kCancelled)) return word - kReference;
      // The run that is there, or that is to come, has a reference of its own. (That this writes: see wake().)
      if (word & (kScheduled | kRunning)) return (word | kScheduled) - kReference;
      return word | kScheduled;
    });
    ASYNC_CHECK(old >= kReference, "a waker of a task was used twice");
    if (old & kDone) return is_last(old) ? Left::free_memory : Left::in_use;
    return (old & (kCancelled | kScheduled | kRunning)) ? Left::in_use : Left::schedule;
  }

  // True: as in wake().
  [[nodiscard]] bool cancel() {
    const Word old = update([](Word word) {
      if (word & (kDone | kCancelled)) return word;
      if (word & (kScheduled | kRunning)) return word | kCancelled;
      return (word | kScheduled | kCancelled) + kReference;
    });
    return !(old & (kDone | kCancelled | kScheduled | kRunning));
  }

  // relaxed: whoever adds a reference holds one, so the task stays and nothing needs to be seen.
  void add_reference() { word_.fetch_add(kReference, base::relaxed); }

  Left drop_reference() {
    // One step, not a subtraction and then a store: an executor that lists its tasks without counting as an
    // owner may cancel this one at the same time, and the task must not be scheduled by both.
    const Word old = update([](Word word) {
      if (!(word & kDone) && is_last(word)) return kScheduled | kCancelled | kReference;
      return word - kReference;
    });
    ASYNC_CHECK(old >= kReference, "a reference to a task was dropped twice");
    if (!is_last(old)) return Left::in_use;
    // It is done; or it waits, and nobody is left to wake it: its executor destroys the future, as if cancelled.
    return (old & kDone) ? Left::free_memory : Left::schedule;
  }

  // ---- the handle ----------------------------------------------------------------------------------------

  [[nodiscard]] bool is_done() const { return word_.load(base::acquire) & kDone; }

  // The slot of the joiner's waker belongs to the handle while JOINER is clear, to the finisher while it is set.
  [[nodiscard]] bool joiner_is_set() const { return word_.load(base::acquire) & kJoiner; }

  // Both fail if the task is done: then the output is there.
  [[nodiscard]] bool give_joiner() {
    return !(update([](Word word) { return (word & kDone) ? word : word | kJoiner; }) & kDone);
  }
  [[nodiscard]] bool take_joiner_back() {
    return !(update([](Word word) { return (word & kDone) ? word : word & ~kJoiner; }) & kDone);
  }

  // The finisher has woken the joiner. True: the handle is gone, the caller drops the waker.
  [[nodiscard]] bool joiner_woken() {
    return !(update([](Word word) { return word & ~kJoiner; }) & kHandle);
  }

  struct Parted {
    bool drop_output;
    bool drop_joiner;  // the slot is the caller's
  };
  Parted drop_handle() {
    const Word old = update([](Word word) {
      word &= ~kHandle;
      return (word & kDone) ? word : word & ~kJoiner;
    });
    return {.drop_output = (old & kDone) != 0, .drop_joiner = !((old & kDone) && (old & kJoiner))};
  }

  // For tests and debuggers.
  [[nodiscard]] std::size_t references() const { return word_.load(base::relaxed) / kReference; }

 private:
  using Word = std::uint64_t;
  static constexpr Word kScheduled = 1 << 0;
  static constexpr Word kRunning = 1 << 1;
  static constexpr Word kDone = 1 << 2;
  static constexpr Word kCancelled = 1 << 3;
  static constexpr Word kHandle = 1 << 4;
  static constexpr Word kJoiner = 1 << 5;
  static constexpr Word kReference = 1 << 6;

  // At the end of a run: cancelled meanwhile, or the run's reference is the last one and no wake came.
  static bool is_over(Word word) { return (word & kCancelled) || (!(word & kScheduled) && is_last(word)); }
  static bool is_last(Word word) { return word < 2 * kReference; }

  // Replaces the word by next(word), in one step; returns the old one.
  template <class Next>
  Word update(Next next) {
    Word old = word_.load(base::relaxed);
    while (!word_.compare_exchange_weak(old, next(old), base::acq_rel, base::relaxed)) {
    }
    return old;
  }

  base::Atomic<Word> word_;
};

}  // namespace async::inline ASYNC_FLAVOUR
