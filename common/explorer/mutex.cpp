// mutex.cpp -- waiting for a lock, for a notification, for a word to change.
#include "common/explorer/mutex.hpp"

#include <limits>

namespace async::explorer {

void Mutex::lock(Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return;
  execution->point();
  life_.read("locks", where);
  if (execution_ != execution->id()) {  // made before: it knows nothing of this one's threads
    execution_ = execution->id();
    left_.clear();
  }
  while (is_held_) execution->block(this, "for a mutex", where);
  is_held_ = true;
  locked_where_ = where;
  execution->view().join(left_);
  if (execution->keeps_trace()) execution->note(where, "locks");
}

// No point before it: that others may go on is noticed at their next step, or at this thread's.
void Mutex::unlock() {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return;
  if (execution->keeps_trace()) execution->note(locked_where_, "unlocks what it locked here");
  execution->release_to(left_);
  is_held_ = false;
  execution->unblock_all(this);
}

bool ConditionVariable::sleep(MutexLock& lock, bool may_time_out) {
  Execution* const execution = Execution::current();
  if (execution == nullptr)
    check_failed("sleep", "nobody outside of an execution could wake it", __FILE__, __LINE__);
  life_.read("waits", lock.where_);
  lock.mutex_->unlock();
  const bool in_time = execution->block_until(this, "to be notified", lock.where_, may_time_out);
  lock.mutex_->lock(lock.where_);
  return in_time;
}

void ConditionVariable::notify_one(Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return;
  execution->point();
  life_.read("notifies", where);
  if (execution->keeps_trace()) execution->note(where, "notifies one");
  execution->unblock_some(this, 1);
}

void ConditionVariable::notify_all(Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return;
  execution->point();
  life_.read("notifies", where);
  if (execution->keeps_trace()) execution->note(where, "notifies all");
  execution->unblock_all(this);
}

bool futex_wait(AtomicWord& word, std::uint32_t expected, const timespec* deadline, Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr)
    check_failed("futex_wait", "nobody outside of an execution could wake it", __FILE__, __LINE__);
  if (word.begin_update(where) != expected) return true;
  return execution->block_until(&word, "for a word to change", where, deadline != nullptr);
}

void futex_wake(AtomicWord& word, std::size_t how_many, Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return;
  execution->point();
  if (execution->keeps_trace()) execution->note(where, "wakes who sleeps on a word");
  execution->unblock_some(&word, how_many);
}

}  // namespace async::explorer
