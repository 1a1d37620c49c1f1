// main_future.hpp -- MainFuture: the future of a block_on on a current-thread runtime: whether it is woken, and its thread's sleep.
//
// Its waker says that it is to be polled again, and ends the sleep of its thread, wherever that sleeps: in the driver,
// if it has the runtime's core (current_thread.hpp), else in park().
//
// Thread safety: everything from the thread in block_on; the wakers from any.
// Lifetime: on that thread's stack. A waker may be kept longer, also than the runtime: it keeps the scheduler.
// Memory ordering: what was done before a wake is seen by the poll that follows is_woken(): both are acq_rel
//   read-modify-writes of one word.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/runtime/parked_worker.hpp"
#include "common/runtime/scheduler.hpp"

namespace async::inline ASYNC_FLAVOUR {

class MainFuture {
 public:
  // `with_core`: a member of `scheduler`, on which whoever has the core sleeps.
  MainFuture(std::shared_ptr<Scheduler> scheduler, ParkedWorker& with_core)
      : shared_(*new Shared(std::move(scheduler), with_core)), waker_(shared_.into_waker()) {}

  // Since the last call. True at the first one: it is to be polled once unasked.
  [[nodiscard]] bool is_woken() { return shared_.is_woken.exchange(false, base::acq_rel); }
  void park() { shared_.without_core.park(); }
  [[nodiscard]] const Waker& waker() const { return waker_; }

  template <Future F>
  Poll<OutputOf<F>> poll(F& future) {
    const Budget::Scope budget;
    Context cx(waker_);
    Scheduler::polls_for() = shared_.scheduler.get();
    struct Leave {
      ~Leave() { Scheduler::polls_for() = nullptr; }
    } leave;
    return future.poll(cx);
  }

 private:
  struct Shared {
    Shared(std::shared_ptr<Scheduler> of, ParkedWorker& core) : scheduler(std::move(of)), with_core(core) {}

    Waker into_waker() { return Waker(RawWaker{this, &kTable}); }

    static Shared& from(const void* data) {
      // SAFETY: into_waker and clone alone put one there, and each counts as an owner of it.
      return *const_cast<Shared*>(static_cast<const Shared*>(data));
    }
    static RawWaker clone(const void* data) noexcept {
      from(data).owners.fetch_add(1, base::relaxed);  // relaxed: whoever clones owns one already
      return {data, &kTable};
    }
    static void wake(const void* data) noexcept {
      wake_by_ref(data);
      drop(data);
    }
    static void wake_by_ref(const void* data) noexcept {
      Shared& self = from(data);
      // acq_rel: pairs with is_woken(): the poll sees what was done before the wake
      if (self.is_woken.exchange(true, base::acq_rel)) return;
      self.without_core.unpark();
      self.with_core.unpark(self.scheduler->driver());
    }
    static void drop(const void* data) noexcept {
      // acq_rel: what the other owners did with it happens before its destruction
      if (from(data).owners.fetch_sub(1, base::acq_rel) == 1) delete &from(data);
    }
    static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

    const std::shared_ptr<Scheduler> scheduler;
    ParkedWorker& with_core;
    base::Parker without_core;
    base::Atomic<bool> is_woken = true;
    base::Atomic<std::size_t> owners = 1;
  };

  Shared& shared_;
  Waker waker_;
};

}  // namespace async::inline ASYNC_FLAVOUR
