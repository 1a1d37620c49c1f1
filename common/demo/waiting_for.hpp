// waiting_for.hpp -- WaitingFor: a block that may stand still says what it waits for.
//
//   const WaitingFor waiting("the task to end");
//   block_on(task);
//
// If the block has not been left in time, the process says so on stderr and ends with exit code 3. On a
// paused clock nobody has to wait for that: the moment at which nothing can happen any more is known
// (report_stall).
//
// Thread safety: any thread; each has its own. Lifetime: `what` is kept.
// Errors: std::system_error if the system has no more threads.
#pragma once

#include <chrono>
#include <string>

#include "common/base/intrusive_list.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

class WaitingFor {
 public:
  // The limit is real time, whatever the clock. It is for what stands still, not for what is slow; see
  // Options::limit for one that follows --speed. It does not end a program that is stepped through in a
  // debugger.
  explicit WaitingFor(std::string what, std::chrono::nanoseconds limit = std::chrono::seconds(20));
  WaitingFor(const WaitingFor&) = delete;
  WaitingFor& operator=(const WaitingFor&) = delete;
  ~WaitingFor();

  // For the list of all that are waited for.
  struct Entry : base::ListNode {
    Entry(std::string text, const void* waiting_thread) : what(std::move(text)), thread(waiting_thread) {}
    const std::string what;
    const void* const thread;
  };

 private:
  void watch(std::chrono::nanoseconds limit);

  Entry entry_;
  base::Parker over_;
  base::Thread watches_;  // last: it uses what stands above, and is joined first
};

// Ends the process with exit code 3 and one line on stderr: that everybody waits, and for what. Only the
// innermost WaitingFor of each thread is named.
[[noreturn]] void report_stall();

}  // namespace async::inline ASYNC_FLAVOUR::demo
