// fiber.hpp -- Fiber: a stack of its own on which a function runs until it hands over to another fiber.
//
// The threads of a model are fibers of one thread of the system: so nothing happens but what the explorer lets
// happen, and to go from one to the other costs some ten nanoseconds.
//
// How. makecontext enters a new stack once; from then on _setjmp and _longjmp switch, which, unlike swapcontext, ask
// nothing of the system. Under a sanitizer it is getcontext and setcontext, and the sanitizer is told of each switch.
// Thread safety: none. Lifetime: one that was started and has not returned to its owner is abandoned: what is on
//   its stack is never destroyed.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <memory>
#include <ucontext.h>

#include "common/base/sanitizers.hpp"

namespace async::explorer {

class Fiber {
 public:
  static constexpr std::size_t kStackBytes = 256 * 1024;

  // The stack that runs already, the caller's: something to come back to.
  Fiber() = default;
  // Calls run(argument) when it is first switched to. `run` never returns.
  Fiber(void (*run)(void*), void* argument);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  // Runs `to` where it was; returns when somebody switches to `this`, which is the one that runs now.
  void switch_to(Fiber& to);

 private:
  static void enter(unsigned high, unsigned low);
  void arrived();

  // What the C++ runtime keeps for each thread: exceptions that are being handled.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  void (*run_)(void*) = nullptr;
  void* argument_ = nullptr;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t context_{};
  [[maybe_unused]] std::jmp_buf place_{};
  bool is_entered_ = true;
  Exceptions exceptions_;
  // What the sanitizers are told: AddressSanitizer where the stack is (the owner's is known when it was left once),
  // ThreadSanitizer which fiber goes on.
  [[maybe_unused]] void* fake_stack_ = nullptr;
  [[maybe_unused]] const void* stack_bottom_ = nullptr;
  [[maybe_unused]] std::size_t stack_bytes_ = 0;
  [[maybe_unused]] void* sanitizers_fiber_ = nullptr;
};

}  // namespace async::explorer
