// waker.hpp -- Waker: two words that say "poll my task again" to whoever owns the task.
//
// A waker is a pointer and a table of four functions (Rust's RawWaker and RawWakerVTable). The executor that
// makes it decides what the pointer means; a future only ever wakes, clones and drops it.
//
// Thread safety: every function of the table may be called from any thread, also at the same time on clones.
//   One Waker object, as any object, from one thread at a time unless all calls are const.
// Lifetime: a waker may outlive its task, its executor and its runtime; waking is then without effect.
// Errors: none; no function of the table may throw.
#pragma once

#include <utility>

#include "common/base/race_detector.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct RawWakerVTable;

struct RawWaker {
  const void* data;
  const RawWakerVTable* vtable;
};

struct RawWakerVTable {
  RawWaker (*clone)(const void* data) noexcept;    // one more owner
  void (*wake)(const void* data) noexcept;         // wakes, and gives up this owner
  void (*wake_by_ref)(const void* data) noexcept;  // wakes; the owner stays
  void (*drop)(const void* data) noexcept;         // gives up this owner
};

class Waker {
 public:
  // A waker that wakes nobody. Also what is left where a waker was moved away.
  Waker() : raw_(noop_raw()) {}
  [[nodiscard]] static const Waker& noop() {
    static const Waker nobody;
    return nobody;
  }

  // Takes over one owner of `raw`.
  explicit Waker(RawWaker raw) : raw_(raw) {}

  Waker(Waker&& other) noexcept : raw_(other.taken()) {}
  Waker& operator=(Waker&& other) noexcept {
    if (this != &other) {
      const RawWaker old = std::exchange(raw_, other.taken());
      access_.write("replaces a waker", base::CallSite::current());
      old.vtable->drop(old.data);  // last: what it frees may run a destructor that looks at this waker
    }
    return *this;
  }
  ~Waker() { raw_.vtable->drop(raw_.data); }

  // Copying has a cost (a count that threads share), so it has a name.
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  [[nodiscard]] Waker clone() const {
    access_.read("clones a waker", base::CallSite::current());
    return Waker(raw_.vtable->clone(raw_.data));
  }

  // Uses the waker up: `std::move(waker).wake()`.
  void wake() && noexcept {
    const RawWaker used = taken();
    used.vtable->wake(used.data);
  }
  void wake_by_ref() const noexcept {
    access_.read("calls a waker", base::CallSite::current());
    raw_.vtable->wake_by_ref(raw_.data);
  }

  // True if both wake the same task. May say false of two that do; never true of two that do not.
  [[nodiscard]] bool will_wake(const Waker& other) const {
    access_.read("compares a waker", base::CallSite::current());
    return raw_.data == other.raw_.data && raw_.vtable == other.raw_.vtable;
  }

  // What every waiter does when it is polled: keep the newest waker, clone it only where it is another one.
  void refresh_from(const Waker& newest) {
    if (!will_wake(newest)) *this = newest.clone();
  }

  // Gives up ownership without dropping it: for an executor that lends a waker whose owner it still is.
  [[nodiscard]] RawWaker release() { return taken(); }

 private:
  static RawWaker noop_raw() {
    static constexpr RawWakerVTable table{
        [](const void*) noexcept { return noop_raw(); },
        [](const void*) noexcept {},
        [](const void*) noexcept {},
        [](const void*) noexcept {},
    };
    return RawWaker{nullptr, &table};
  }

  RawWaker taken() {
    access_.write("takes a waker", base::CallSite::current());
    return std::exchange(raw_, noop_raw());
  }

  RawWaker raw_;
  [[no_unique_address]] base::RaceDetector access_;  // wakers lie in slots that a few bits hand over
};

}  // namespace async::inline ASYNC_FLAVOUR
