// block_pool_test.cpp -- blocks are reused by their thread, travel between threads, and are never given out twice.
#include "common/base/block_pool.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "common/base/thread.hpp"

namespace {

using async::base::BlockPool;
using async::base::Thread;

// Fills a block, so that a second owner would be seen.
void* filled(std::size_t bytes, unsigned char with) {
  void* const block = BlockPool::allocate(bytes);
  std::memset(block, with, bytes);
  return block;
}
bool is_filled(const void* block, std::size_t bytes, unsigned char with) {
  const auto* const each = static_cast<const unsigned char*>(block);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (each[i] != with) return false;
  }
  return true;
}

TEST(BlockPoolTest, FreedBlock_IsTheNextOneOfItsSize) {
  if (BlockPool::kAllFromMalloc) GTEST_SKIP() << "under a sanitizer every block is malloc's";
  void* const first = BlockPool::allocate(100);
  BlockPool::free(first, 100);
  void* const other_size = BlockPool::allocate(200);
  void* const again = BlockPool::allocate(112);  // 97 to 112 bytes are one size
  EXPECT_EQ(again, first);
  EXPECT_NE(other_size, first);
  BlockPool::free(again, 112);
  BlockPool::free(other_size, 200);
}

TEST(BlockPoolTest, BlocksOfEverySize_AreAlignedAndDoNotOverlap) {
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t bytes = 1; bytes <= BlockPool::kLargest + 40; bytes += 7) {
    void* const block = filled(bytes, static_cast<unsigned char>(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0u) << bytes;
    blocks.emplace_back(block, bytes);
  }
  for (const auto& [block, bytes] : blocks) {
    EXPECT_TRUE(is_filled(block, bytes, static_cast<unsigned char>(bytes))) << bytes;
    BlockPool::free(block, bytes);
  }
}

TEST(BlockPoolTest, ThousandsOfBlocks_AreAllDifferent) {
  constexpr std::size_t kCount = 50'000;  // into the large chunks
  std::set<void*> seen;
  for (std::size_t i = 0; i < kCount; ++i) seen.insert(BlockPool::allocate(48));
  EXPECT_EQ(seen.size(), kCount);
  for (void* block : seen) BlockPool::free(block, 48);
}

// Question: one thread allocates, another frees. Where do the blocks go?
// Predict: through the stock, so that the first thread gets them again. Break in `BlockPool::give_batch_of`.
TEST(BlockPoolTest, BlocksFreedElsewhere_ComeBackThroughTheStock) {
  if (BlockPool::kAllFromMalloc) GTEST_SKIP() << "under a sanitizer every block is malloc's";
  constexpr std::size_t kBytes = 1000, kCount = 512;  // a size that nobody else here uses
  const auto allocate = [] {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < kCount; ++i) blocks.push_back(BlockPool::allocate(kBytes));
    return blocks;
  };
  const std::vector<void*> first = allocate();
  Thread([&] {
    for (void* block : first) BlockPool::free(block, kBytes);
  }).join();
  const std::vector<void*> second = allocate();
  const std::set<void*> known(first.begin(), first.end());
  std::size_t again = 0;
  for (void* block : second) again += known.contains(block);
  // All but what this thread had left of its last chunk.
  EXPECT_GE(again, kCount - 64 * 1024 / kBytes);
  for (void* block : second) BlockPool::free(block, kBytes);
}

TEST(BlockPoolTest, ManyThreads_NeverShareABlock) {
  std::vector<Thread> threads;
  for (unsigned char me = 1; me <= 4; ++me) {
    threads.emplace_back([me] {
      std::vector<void*> mine;
      for (int round = 0; round < 200; ++round) {
        for (int i = 0; i < 100; ++i) mine.push_back(filled(64, me));
        for (std::size_t i = 0; i < 90; ++i) {
          EXPECT_TRUE(is_filled(mine.back(), 64, me));
          BlockPool::free(mine.back(), 64);
          mine.pop_back();
        }
      }
      for (void* block : mine) BlockPool::free(block, 64);
    });
  }
}

}  // namespace
