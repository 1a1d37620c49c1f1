// fiber.cpp -- how one fiber hands over to another.
// A checked _longjmp takes a jump to another stack for a mistake.
#undef _FORTIFY_SOURCE

#include "common/explorer/fiber.hpp"

#include <cstdint>
#include <cstring>
#include <cxxabi.h>

#if ASYNC_UNDER_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#elif ASYNC_UNDER_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace async::explorer {
namespace {

// Whoever runs at first looks here for whom it was switched from.
[[maybe_unused]] Fiber* switched_from = nullptr;

// As swapcontext, of which AddressSanitizer says on stderr that it may not understand it.
[[maybe_unused]] void swap_contexts(ucontext_t& from, const ucontext_t& to) {
  volatile bool is_back = false;
  ::getcontext(&from);
  if (is_back) return;
  is_back = true;
  ::setcontext(&to);
}

}  // namespace

Fiber::Fiber(void (*run)(void*), void* argument)
    : run_(run), argument_(argument), stack_(new std::byte[kStackBytes]), is_entered_(false) {
  ::getcontext(&context_);
  context_.uc_stack.ss_sp = stack_.get();
  context_.uc_stack.ss_size = kStackBytes;
  context_.uc_link = nullptr;
  stack_bottom_ = stack_.get();
  stack_bytes_ = kStackBytes;
#if ASYNC_UNDER_THREAD_SANITIZER
  sanitizers_fiber_ = __tsan_create_fiber(0);
#endif
  // makecontext passes numbers of the size of int.
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  ::makecontext(&context_, reinterpret_cast<void (*)()>(&Fiber::enter), 2,
                static_cast<unsigned>(static_cast<std::uint64_t>(self) >> 32), static_cast<unsigned>(self));
}

Fiber::~Fiber() {
#if ASYNC_UNDER_THREAD_SANITIZER
  if (stack_ != nullptr) __tsan_destroy_fiber(sanitizers_fiber_);
#endif
}

void Fiber::enter(unsigned high, unsigned low) {
  // SAFETY: the two halves of what the constructor took apart.
  auto* const self =
      reinterpret_cast<Fiber*>(static_cast<std::uintptr_t>((static_cast<std::uint64_t>(high) << 32) | low));
  self->arrived();
  self->run_(self->argument_);
}

void Fiber::switch_to(Fiber& to) {
  auto* const here = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  exceptions_ = *here;
  *here = to.exceptions_;
  switched_from = this;
#if ASYNC_UNDER_ADDRESS_SANITIZER
  to.is_entered_ = true;
  __sanitizer_start_switch_fiber(&fake_stack_, to.stack_bottom_, to.stack_bytes_);
  swap_contexts(context_, to.context_);
#elif ASYNC_UNDER_THREAD_SANITIZER
  to.is_entered_ = true;
  if (stack_ == nullptr) sanitizers_fiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.sanitizers_fiber_, 0);
  swap_contexts(context_, to.context_);
#else
  if (_setjmp(place_) == 0) {
    if (to.is_entered_) _longjmp(to.place_, 1);
    to.is_entered_ = true;
    ::setcontext(&to.context_);
  }
#endif
  arrived();
}

void Fiber::arrived() {
#if ASYNC_UNDER_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake_stack_, &switched_from->stack_bottom_, &switched_from->stack_bytes_);
#endif
}

}  // namespace async::explorer
