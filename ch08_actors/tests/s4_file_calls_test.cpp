// s4_file_calls_test.cpp -- a call that a signal interrupts is made again.
#include "ch08_actors/s4_file_calls.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <pthread.h>
#include <string>
#include <unistd.h>

#include "common/base/atomic.hpp"
#include "common/base/descriptor.hpp"
#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch08 {
namespace {

using namespace async;

base::Atomic<int> handled{0};

// Question: a signal comes while a write waits for room. Is that an error of the disk?
// Predict: what does write() give back, and what is errno? Break in `again_if_interrupted`.
TEST(FileCallsTest, SignalsWhileAWriteWaits_ItGoesOn) {
  const Deadline deadline("a write that was interrupted never ended");
  struct sigaction action{}, before{};
  // Relaxed: a count, which publishes nothing. And no SA_RESTART.
  action.sa_handler = [](int) { handled.fetch_add(1, std::memory_order_relaxed); };
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const base::Descriptor reads(ends[0]), writes(ends[1]);
  std::string full(static_cast<std::size_t>(::fcntl(writes.get(), F_GETPIPE_SZ)), 'x');
  FileCalls calls;
  ASSERT_EQ(calls.write(writes.get(), full.data(), full.size()), static_cast<ssize_t>(full.size()));

  base::Locked<std::optional<pthread_t>> writer;
  base::Locked<std::optional<ssize_t>> written;
  {
    const base::Thread thread([&] {
      *writer.lock() = ::pthread_self();
      const ssize_t count = calls.write(writes.get(), "y", 1);
      *written.lock() = count;
    });
    while (handled.load(std::memory_order_relaxed) < 20 && !*written.lock()) {
      if (const auto id = *writer.lock()) ::pthread_kill(*id, SIGUSR1);
      base::yield_thread();
    }
    EXPECT_FALSE(*written.lock()) << "it did not wait for room";
    EXPECT_GT(::read(reads.get(), full.data(), full.size()), 0);
  }
  EXPECT_EQ(*written.lock(), 1);
  ::sigaction(SIGUSR1, &before, nullptr);
}

}  // namespace
}  // namespace ch08
