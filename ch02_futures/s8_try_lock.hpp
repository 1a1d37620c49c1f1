// s8_try_lock.hpp -- two futures in two threads share a counter: try_lock inside poll.
//
// A poll must not block, so it can only try. If that fails, nobody will tell when the lock is free: the
// future wakes itself and tries again, in vain as long as the lock is held. s8_async_mutex.hpp waits instead.
// The book's mutex is std::sync::Mutex. std::mutex of C++ must not be tried by the thread that holds it, and
// two futures may well be polled by one thread: so this is the mutex of common/sync, and is only tried.
//
// Thread safety: as any future; what they share is behind the lock. Lifetime: the rival lives as long.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/future.hpp"
#include "common/sync/mutex.hpp"
#include "common/time/sleep.hpp"

namespace ch02::sharing {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

enum class CounterType { increment, decrement };

struct SharedData {
  int counter = 0;

  void apply(CounterType type) {
    if (type == CounterType::increment) {
      ++counter;
      println("after increment: ", counter);
    } else {
      --counter;
      println("after decrement: ", counter);
    }
  }
};
using DataReference = std::shared_ptr<Mutex<SharedData>>;

class CounterFuture {
 public:
  using Output = int;

  // In its second round it keeps the lock until `rival` has failed to get it: what is luck in the book is
  // forced here.
  CounterFuture(CounterType type, DataReference data, const CounterFuture* rival = nullptr)
      : type_(type), data_(std::move(data)), rival_(rival) {}

  Poll<int> poll(Context& cx) {
    blocking_sleep(1s);
    auto guard = data_->try_lock();
    if (!guard) {
      println("error for ", type_ == CounterType::increment ? "Increment" : "Decrement",
              ": try_lock failed because the operation would block");
      ++failed_;
      cx.waker().wake_by_ref();  // busy: the next poll may be in vain again
      return Pending();
    }
    ++count_;
    while (count_ == 2 && rival_ != nullptr && rival_->failed() == 0) blocking_sleep(1s);
    (*guard)->apply(type_);
    guard.reset();
    if (count_ < 3) {
      cx.waker().wake_by_ref();
      return Pending();
    }
    return Ready(count_);
  }

  // Polls in vain. Any thread may ask.
  [[nodiscard]] int failed() const { return failed_; }

 private:
  const CounterType type_;
  const DataReference data_;
  const CounterFuture* const rival_;
  int count_ = 0;
  base::Atomic<int> failed_ = 0;
};

bool try_lock_demo(const demo::Options& options);

}  // namespace ch02::sharing
