// waker.hpp -- a waker that wakes: it puts its task into the queue of those that are to be polled.
//
// It points to the task, and each waker counts as one owner of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"

#include "ch10_std_server/executor.hpp"

namespace ch10::waking {

using async::RawWaker;
using async::RawWakerVTable;
using async::Waker;
using async::base::Atomic;

class Task;

// The tasks that are to be polled, and the bell that ends the executor's sleep. Shared by the executor and its
// tasks, so that a waker may come after the executor is gone.
class ReadyQueue {
 public:
  ReadyQueue() : bell_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!bell_) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  // From any thread. Takes one owner of the task over.
  void push(Task* task);
  void notify() {
    ring_if_asleep([](State& state) { state.notified = true; });
  }

  // Gives an owner of the task back; nullptr if no task is to be polled.
  Task* pop();

  // False: there is something to do, do not sleep. True: whoever brings something from now on rings the bell.
  bool begin_sleep() {
    auto state = state_.lock();
    state->asleep = !std::exchange(state->notified, false) && state->first == nullptr;
    return state->asleep;
  }
  void end_sleep() {
    auto state = state_.lock();
    state->notified = false;
    if (std::exchange(state->asleep, false)) return;  // something else ended the sleep, the bell was not rung
    std::uint64_t rings;
    while (::read(bell_.get(), &rings, sizeof rings) < 0 && errno == EINTR) {
    }
  }

  [[nodiscard]] int bell() const { return bell_.get(); }

  // From here on what is pushed is let go. What was there can still be popped.
  void close() { state_.lock()->closed = true; }

 private:
  struct State {
    Task* first = nullptr;  // linked through the tasks: a wake allocates nothing
    Task* last = nullptr;
    bool asleep = false;
    bool notified = false;
    bool closed = false;
  };

  template <class Change>
  void ring_if_asleep(Change change) {
    auto state = state_.lock();
    change(*state);
    if (std::exchange(state->asleep, false)) {
      const std::uint64_t once = 1;
      while (::write(bell_.get(), &once, sizeof once) < 0 && errno == EINTR) {
      }
    }
  }

  async::base::Locked<State> state_;
  Descriptor bell_;
};

// Owners: the executor until the task has finished, the queue while it is in there, and each waker.
class Task : public async::base::ListNode {
 public:
  Task(Async<void> task, std::shared_ptr<ReadyQueue> queue)
      : future(std::move(task)), ready_(std::move(queue)) {}

  std::optional<Async<void>> future;  // the executor's thread alone touches it; empty once it has finished
  Task* next_ready = nullptr;         // the queue's, while the task is in there

  // Puts the task into the queue, unless it is there already.
  void wake() {
    // acq_rel: what was written before a wake is seen by the poll that follows, also where another wake put
    // the task into the queue: pairs with the exchange in about_to_poll.
    if (queued_.exchange(true, async::base::acq_rel)) return;
    add_owner();
    ready_->push(this);
  }
  // From here on a wake queues the task again, also one that comes while it is polled.
  void about_to_poll() { queued_.exchange(false, async::base::acq_rel); }

  void add_owner() { owners_.fetch_add(1, async::base::relaxed); }  // relaxed: whoever adds one is one
  void drop_owner() {
    // acq_rel: whatever other owners did with it happens before the delete.
    if (owners_.fetch_sub(1, async::base::acq_rel) == 1) delete this;
  }

 private:
  std::shared_ptr<ReadyQueue> ready_;
  Atomic<std::size_t> owners_ = 1;
  Atomic<bool> queued_ = false;
};

inline void ReadyQueue::push(Task* task) {
  bool closed = false;
  ring_if_asleep([&](State& state) {
    closed = state.closed;
    if (closed) return;
    task->next_ready = nullptr;
    (state.first == nullptr ? state.first : state.last->next_ready) = task;
    state.last = task;
  });
  if (closed) task->drop_owner();
}

inline Task* ReadyQueue::pop() {
  auto state = state_.lock();
  Task* const task = state->first;
  if (task != nullptr) state->first = task->next_ready;
  return task;
}

inline Task& task_of(const void* data) { return *const_cast<Task*>(static_cast<const Task*>(data)); }

// SAFETY: every waker is an owner of the task that it points to.
inline void drop(const void* data) noexcept { task_of(data).drop_owner(); }
inline void wake_by_ref(const void* data) noexcept { task_of(data).wake(); }
inline void wake(const void* data) noexcept {
  wake_by_ref(data);
  drop(data);
}
RawWaker clone(const void* data) noexcept;

inline constexpr RawWakerVTable kWakerTable{&clone, &wake, &wake_by_ref, &drop};

inline RawWaker clone(const void* data) noexcept {
  task_of(data).add_owner();
  return {data, &kWakerTable};
}

inline Waker create_waker(Task& task) { return Waker(clone(&task)); }

}  // namespace ch10::waking
