// s8_try_lock.hpp -- two futures in two threads share a counter: try_lock inside poll.
//
// A poll must not block, so it can only try. If that fails, nobody will tell when the lock is free: the
// future wakes itself and tries again, in vain as long as the lock is held. s8_async_mutex.hpp waits instead.
// The book's mutex is std::sync::Mutex. std::mutex of C++ must not be tried by the thread that holds it, and
// two futures may well be polled by one thread: so this is the mutex of common/sync, and is only tried.
//
// Thread safety: as any future; what they share is behind the lock.
// Lifetime: what the moments refer to lives as long.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
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

// Where a test, or a demo, may hold a thread: so that it is certain what is luck in the book.
struct Moments {
  std::function<void()> before_try = [] {};
  std::function<void(int round)> while_locked = [](int) {};
  std::function<void()> after_poll = [] {};
};

class CounterFuture {
 public:
  using Output = int;

  CounterFuture(CounterType type, DataReference data, Moments moments = {})
      : type_(type), data_(std::move(data)), moments_(std::move(moments)) {}

  Poll<int> poll(Context& cx) {
    blocking_sleep(1s);
    moments_.before_try();
    auto guard = data_->try_lock();
    if (!guard) {
      println("error for ", type_ == CounterType::increment ? "Increment" : "Decrement",
              ": try_lock failed because the operation would block");
      ++failed_;
      moments_.after_poll();
      cx.waker().wake_by_ref();  // busy: the next poll may be in vain again
      return Pending();
    }
    ++count_;
    moments_.while_locked(count_);
    (*guard)->apply(type_);
    guard.reset();
    moments_.after_poll();
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
  const Moments moments_;
  int count_ = 0;
  base::Atomic<int> failed_ = 0;
};

// Two threads take turns. In its second round the decrementing one keeps the lock for one turn of the other.
class Turns {
 public:
  Turns() { decrement_.unpark(); }

  [[nodiscard]] Moments of_decrement() {
    return {.before_try = [this] { decrement_.park(); },
            .while_locked =
                [this](int round) {
                  if (round != 2) return;
                  increment_.unpark();
                  decrement_.park();
                },
            .after_poll = [this] { increment_.unpark(); }};
  }
  [[nodiscard]] Moments of_increment() {
    return {.before_try = [this] { increment_.park(); },
            .while_locked = [](int) {},
            .after_poll = [this] { decrement_.unpark(); }};
  }

 private:
  base::Parker decrement_, increment_;
};

bool try_lock_demo(const demo::Options& options);

}  // namespace ch02::sharing
