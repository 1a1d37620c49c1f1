// block.hpp -- Block<T>: some slots of an mpsc queue in one allocation, and a word with two marks for each.
//
//   mark      of slot i      set by                                 means
//   READY     bit i          the sender that filled it              the value is there
//   AWAITED   bit 32 + i     the receiver, before it waits for it   whoever fills this one wakes the receiver
//
// Both are set by one step on the same word, so one of the two sees the other's: the receiver finds the
// value, or the sender finds that it is waited for. No third case.
//
// Thread safety, lifetime: block_queue.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/race_detector.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

template <class T>
class Block {
 public:
  static constexpr std::size_t kMostSlots = 32;
  using Marks = std::uint64_t;
  static constexpr Marks ready(std::size_t index) { return Marks{1} << index; }
  static constexpr Marks awaited(std::size_t index) { return Marks{1} << (kMostSlots + index); }
  static constexpr Marks all_ready(std::size_t slots) { return ~Marks{0} >> (64 - slots); }

  [[nodiscard]] static Block* create(std::size_t slots, std::uint64_t first) {
    void* const memory = ::operator new(values_at() + slots * sizeof(T), alignment());
    return ::new (memory) Block(first);
  }
  // No value is alive in it.
  static void destroy(Block* block) {
    block->~Block();
    ::operator delete(static_cast<void*>(block), alignment());
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // As new; whoever links it says where it begins. Only while nobody else knows it.
  void reset() {
    // relaxed: it is published by the release that links it again
    marks.store(0, base::relaxed);
    next.store(nullptr, base::relaxed);
    left_at.store(0, base::relaxed);
  }

  // SAFETY: put by the sender that claimed the slot, once; take by the receiver that found it ready, once.
  void put(std::size_t index, T&& value) { std::construct_at(place(index), std::move(value)); }
  template <class Place>
  void take(std::size_t index, Place& into) {
    T* const value = place(index);
    into.emplace(std::move(*value));
    std::destroy_at(value);
  }

  base::Atomic<Marks> marks = 0;
  base::Atomic<Block*> next = nullptr;
  // Behind the last position whose sender may still look at this block; 0 while there may be more of them.
  base::Atomic<std::uint64_t> left_at = 0;

  // The position of slot 0. Plain: it is published with the block.
  [[nodiscard]] std::uint64_t first() const {
    first_access_.read("asks where a block begins", base::CallSite::current());
    return first_;
  }
  void set_first(std::uint64_t position) {
    first_access_.write("says where a block begins", base::CallSite::current());
    first_ = position;
  }

 private:
  explicit Block(std::uint64_t first) { set_first(first); }
  ~Block() = default;

  // Where the slots begin: behind the block itself.
  static constexpr std::size_t values_at() {
    return (sizeof(Block) + alignof(T) - 1) / alignof(T) * alignof(T);
  }
  static constexpr std::align_val_t alignment() {
    return std::align_val_t{std::max(alignof(T), alignof(Block))};
  }

  T* place(std::size_t index) {
    // SAFETY: create() has made room for the slots there.
    auto* const bytes = reinterpret_cast<std::byte*>(this) + values_at();
    return reinterpret_cast<T*>(bytes) + index;
  }

  std::uint64_t first_ = 0;
  [[no_unique_address]] base::RaceDetector first_access_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
