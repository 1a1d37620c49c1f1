// block_pool.hpp -- memory for tasks and coroutine frames: each thread keeps freed blocks for its next ones.
//
// What it is. A spawn needs two blocks, an await one, and both are gone soon; from malloc and free that would be
// most of their time. Here a thread has a list of free blocks for each size, from which it takes and to which it
// gives without a lock. Where one thread allocates and another one frees, the lists would run empty here and grow
// there: so they are exchanged, kBatch blocks at a time, through a stock that all threads share.
//
//   thread's list  --64 freed-->  the second half becomes a batch in the stock
//   thread's list  <--empty-----  a batch of the stock, or else of a new chunk
//
// Blocks of more than kLargest bytes are malloc's. Under a sanitizer all are, so that it sees every use of freed
// memory.
//
// Thread safety: any thread; a block may be freed by another thread than the one that allocated it.
// Lifetime: chunks are never given back to the system: what a program needed once it keeps for the next time.
// Errors: std::bad_alloc.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/sanitizers.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class BlockPool {
 public:
  static constexpr std::size_t kLargest = 1024;
  static constexpr std::size_t kCacheLine = 64;
#ifdef ASYNC_EXPLORED
  static constexpr bool kAllFromMalloc = true;  // what the pool keeps would be there in the next schedule
#else
  static constexpr bool kAllFromMalloc =
      ASYNC_UNDER_ADDRESS_SANITIZER != 0 || ASYNC_UNDER_THREAD_SANITIZER != 0;
#endif

  // For what two threads write at the same time: a block of so many bytes, up to kLargest, shares its cache lines
  // with no other one.
  [[nodiscard]] static constexpr std::size_t whole_lines(std::size_t bytes) {
    return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
  }

  [[nodiscard]] static void* allocate(std::size_t bytes) {
    if (kAllFromMalloc || bytes > kLargest) return ::operator new(bytes);
    const std::size_t size = size_class(bytes);
    List& list = lists()[size];
    if (list.first == nullptr && list.fresh == list.fresh_end) refill(list, size);
    if (list.first == nullptr) return std::exchange(list.fresh, list.fresh + size * kStep);
    --list.count;
    return std::exchange(list.first, list.first->next);
  }

  // `bytes` as it was given to allocate.
  static void free(void* block, std::size_t bytes) noexcept {
    if (kAllFromMalloc || bytes > kLargest) return ::operator delete(block, bytes);
    const std::size_t size = size_class(bytes);
    List& list = lists()[size];
    if (list.count >= 2 * kBatch) give_batch(list, size);
    if (list.count == 0) at_thread_end();  // also a thread that only frees gives back what it has
    // SAFETY: the caller gives up the block, which is large enough and aligned for this.
    list.first = ::new (block) Free{list.first, nullptr};
    ++list.count;
  }

 private:
  static constexpr std::size_t kStep = 16;  // the alignment of every block
  static constexpr std::size_t kClasses = kLargest / kStep + 1;
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kChunk = 64 * 1024;

  struct Free {
    Free* next;
    Free* next_batch;  // of the first block of a batch in the stock
  };
  struct List {
    Free* first = nullptr;
    std::size_t count = 0;
    std::byte* fresh = nullptr;  // of the newest chunk, what nobody has had yet
    std::byte* fresh_end = nullptr;
  };
  struct Stock {
    Locked<Free*> batches;
  };

  static std::size_t size_class(std::size_t bytes) { return (bytes + kStep - 1) / kStep; }

  // Plain data, so that the thread finds it without a check whether it has been made.
  static List* lists() {
    static thread_local constinit List mine[kClasses];
    return mine;
  }
  static Stock& stock(std::size_t size) {
    static Stock* const all = new Stock[kClasses];  // never destroyed: threads may outlive main
    return all[size];
  }

  // At a thread's end what it kept goes to the stock. Touched only where a batch is moved, because that costs a check.
  struct AtThreadEnd {
    ~AtThreadEnd() {
      for (std::size_t size = 1; size < kClasses; ++size) {
        List& list = lists()[size];
        while (list.fresh != list.fresh_end) {
          free(std::exchange(list.fresh, list.fresh + size * kStep), size * kStep);
        }
        while (list.count > kBatch) give_batch_of(list, size, kBatch);
        if (list.count != 0) give_batch_of(list, size, list.count);
      }
    }
  };
  static void at_thread_end() {
    static thread_local AtThreadEnd at_end;
    (void)at_end;
  }

  static void give_batch(List& list, std::size_t size) {
    at_thread_end();
    give_batch_of(list, size, kBatch);
  }

  // The first `count` blocks.
  static void give_batch_of(List& list, std::size_t size, std::size_t count) {
    Free* const first = list.first;
    Free* last = first;
    for (std::size_t i = 1; i < count; ++i) last = last->next;
    list.first = std::exchange(last->next, nullptr);
    list.count -= count;
    auto batches = stock(size).batches.lock();
    first->next_batch = std::exchange(*batches, first);
  }

  static void refill(List& list, std::size_t size) {
    at_thread_end();
    {
      auto batches = stock(size).batches.lock();
      if (*batches != nullptr) {
        list.first = *batches;
        *batches = list.first->next_batch;
      }
    }
    if (list.first == nullptr) return add_chunk(list, size);
    for (const Free* block = list.first; block != nullptr; block = block->next) ++list.count;
  }

  static void add_chunk(List& list, std::size_t size) {
    const std::size_t block_bytes = size * kStep;
    list.fresh = static_cast<std::byte*>(::operator new(kChunk, std::align_val_t(kCacheLine)));
    list.fresh_end = list.fresh + kChunk / block_bytes * block_bytes;
  }
};

}  // namespace async::inline ASYNC_FLAVOUR::base
