// s5_reference_held.hpp -- what the book warns of: an await while one holds on to the thread's data.
//
// No second thread is needed: at the co_await another task of the same thread has its turn, and changes
// what the first one has looked at. BorrowCell does what the book's RefCell does: it counts who holds
// the data, and refuses.
//
// Thread safety: one thread's.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"

namespace ch07 {

using namespace async;

// Lends its value to one at a time. Errors: std::logic_error if it is lent already.
template <class T>
class BorrowCell {
 public:
  class Borrowed {
   public:
    explicit Borrowed(BorrowCell& cell) : cell_(cell) {
      if (std::exchange(cell.is_lent_, true))
        throw std::logic_error("somebody else is using it: already borrowed");
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    ~Borrowed() { cell_.is_lent_ = false; }

    T& operator*() { return cell_.value_; }

   private:
    BorrowCell& cell_;
  };

  explicit BorrowCell(T value) : value_(std::move(value)) {}

  [[nodiscard]] Borrowed borrow() { return Borrowed(*this); }

 private:
  T value_;
  bool is_lent_ = false;
};

// Right: looked at and changed without an await in between.
inline Async<> add_and_yield(int& count, int times) {
  for (int i = 0; i < times; ++i) {
    ++count;
    co_await yield_now();
  }
}

// Wrong: what was read before the await is written after it.
inline Async<> add_over_a_yield(int& count, int times) {
  for (int i = 0; i < times; ++i) {
    const int seen = count;
    co_await yield_now();
    count = seen + 1;
  }
}

// The same mistake with the cell: the second task that asks is refused.
inline Async<> add_while_borrowed(BorrowCell<int>& count, int times) {
  for (int i = 0; i < times; ++i) {
    auto borrowed = count.borrow();
    co_await yield_now();
    ++*borrowed;
  }
}

}  // namespace ch07
