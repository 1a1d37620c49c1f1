// atomic.hpp -- explorer::Atomic<T>: what std::atomic<T> may do, by the memory orders that it is given.
//
// The rules are those of execution.hpp. Outside of an execution it is a plain variable.
// Thread safety: as std::atomic, among the threads of a model. It may be made and destroyed only where that is
// ordered before, and after, all its uses: else that is a race.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "common/explorer/race_detector.hpp"

namespace async::explorer {

// The part that does not know the type: 64 bits.
class AtomicWord {
 public:
  using Word = std::uint64_t;
  using Order = std::memory_order;

  explicit AtomicWord(Word value) : newest_(value) {}
  AtomicWord(const AtomicWord&) = delete;
  AtomicWord& operator=(const AtomicWord&) = delete;

  [[nodiscard]] Word load(Order order, Where where) const;
  void store(Word value, Order order, Where where);

  // A read-modify-write is one step: begin gives the newest value, end puts the next one there.
  [[nodiscard]] Word begin_update(Where where);
  void end_update(const char* what, Word next, Order order, Where where);

  // Where it succeeds it is an update. Where not, a load, which may read an old value that is not the expected one.
  bool compare_exchange(Word& expected, Word desired, Order success, Order failure, Where where);

 private:
  [[nodiscard]] Location& here(Execution& execution) const;
  Word read(Execution& execution, std::size_t message, Order order) const;
  void append(Execution& execution, Word value, Order order, bool continues);
  void note(Execution& execution, Where where, const std::string& what, Order order) const;

  Word newest_;
  RaceDetector life_;
  mutable std::uint32_t execution_ = 0;
  mutable std::size_t location_ = 0;
};

template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t),
                "the explorer's atomics hold up to 8 bytes");

 public:
  static constexpr bool is_always_lock_free = true;
  using Order = std::memory_order;

  Atomic(T value = T()) : word_(bits(value)) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  [[nodiscard]] T load(Order order = Order::seq_cst, Where where = Where::current()) const {
    return value(word_.load(order, where));
  }
  void store(T desired, Order order = Order::seq_cst, Where where = Where::current()) {
    word_.store(bits(desired), order, where);
  }
  T exchange(T desired, Order order = Order::seq_cst, Where where = Where::current()) {
    return update("exchange", order, where, [&](T) { return desired; });
  }

  bool compare_exchange_strong(T& expected, T desired, Order success, Order failure,
                               Where where = Where::current()) {
    std::uint64_t word = bits(expected);
    const bool done = word_.compare_exchange(word, bits(desired), success, failure, where);
    expected = value(word);
    return done;
  }
  bool compare_exchange_strong(T& expected, T desired, Order order = Order::seq_cst,
                               Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, order, of_failure(order), where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order success, Order failure,
                             Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, success, failure, where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order order = Order::seq_cst,
                             Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, order, of_failure(order), where);
  }

  T fetch_add(T by, Order order = Order::seq_cst, Where where = Where::current()) {
    return update("fetch_add", order, where, [&](T old) { return static_cast<T>(old + by); });
  }
  T fetch_sub(T by, Order order = Order::seq_cst, Where where = Where::current()) {
    return update("fetch_sub", order, where, [&](T old) { return static_cast<T>(old - by); });
  }
  T fetch_or(T with, Order order = Order::seq_cst, Where where = Where::current()) {
    return update("fetch_or", order, where, [&](T old) { return static_cast<T>(old | with); });
  }
  T fetch_and(T with, Order order = Order::seq_cst, Where where = Where::current()) {
    return update("fetch_and", order, where, [&](T old) { return static_cast<T>(old & with); });
  }

  // For what sleeps on it (mutex.hpp).
  [[nodiscard]] AtomicWord& word() { return word_; }

 private:
  static std::uint64_t bits(T value) {
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof(T));
    return word;
  }
  static T value(std::uint64_t word) {
    T result;
    std::memcpy(&result, &word, sizeof(T));
    return result;
  }
  static Order of_failure(Order order) {
    if (order == Order::acq_rel) return Order::acquire;
    return order == Order::release ? Order::relaxed : order;
  }

  template <class Next>
  T update(const char* what, Order order, Where where, Next next) {
    const T old = value(word_.begin_update(where));
    word_.end_update(what, bits(next(old)), order, where);
    return old;
  }

  AtomicWord word_;
};

}  // namespace async::explorer
