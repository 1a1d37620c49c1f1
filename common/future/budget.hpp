// budget.hpp -- Budget: how much a task may do in one poll before the others have their turn.
//
// A task whose every await is ready at once would never let go of its thread: no code of the executor runs
// between two awaits. So the leaf futures that wait for other tasks, for time or for the system count: each asks
// is_spent() before it looks, and says spend() when it is ready. When the poll's share is used up, a leaf answers
// Pending although it might be ready, having woken its own task, which so goes to the back of the queue.
// (tokio calls it cooperative scheduling, and gives 128 as here.)
//
// Only a runtime sets a budget, around each poll of a task and of its own block_on's future. Everywhere else (the
// free block_on, an executor that is stepped by hand) there is none, and nothing is ever spent.
// Thread safety: every function is about the calling thread alone.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#include "common/future/context.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Budget {
 public:
  static constexpr std::uint32_t kOfOnePoll = 128;

  // For a leaf, at the beginning of its poll. True: it answers Pending; its task has been woken.
  [[nodiscard]] static bool is_spent(Context& cx) {
    if (left() != 0) return false;
    cx.waker().wake_by_ref();
    return true;
  }

  // For a leaf that is about to answer Ready.
  static void spend() {
    if (left() != kUnlimited && left() != 0) --left();
  }

  // For a runtime: what is polled while this lives has one budget together.
  class Scope {
   public:
    explicit Scope(std::uint32_t share = kOfOnePoll) : before_(std::exchange(left(), share)) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { left() = before_; }

   private:
    std::uint32_t before_;
  };

  // While this lives, nothing is spent: for a future that must make progress whatever else was done.
  class Unlimited : public Scope {
   public:
    Unlimited() : Scope(kUnlimited) {}
  };

  // False: the current poll has had its share.
  [[nodiscard]] static bool has_any_left() { return left() != 0; }

 private:
  static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

  static std::uint32_t& left() {
    static thread_local constinit std::uint32_t left = kUnlimited;
    return left;
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
