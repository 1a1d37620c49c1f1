// runtime.hpp -- Runtime: owns a scheduler, its timers, its reactor and its threads; ends them all.
//
//   Runtime runtime;                                          // all cores, I/O and time: builder.hpp has the options
//   const int answer = runtime.block_on(compute());
//
// The destructor cancels all tasks: their futures are destroyed, on the runtime's threads, and whoever awaits them
// elsewhere is told. Then it waits for the threads: so for a poll, or a spawn_blocking call, that is still running. To
// wait no longer than so long, or not at all: shutdown_timeout, shutdown_background. In a task of its own, or in
// a call of its pool, the destructor does not wait.
// A current-thread runtime has no threads for that: the futures are destroyed in the destructor; or, if a thread is in
// block_on just then, by that one, for which the destructor does not wait.
//
// Thread safety: block_on, spawn and the others from any thread; moved and destroyed by one.
// Lifetime: what its tasks refer to outlives it, or is owned by them. The clock under which it was built outlives it
//   and its threads.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/runtime/handle.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Builder;

class Runtime {
 public:
  // Multi-thread, with the defaults, I/O and time: tokio's Runtime::new(). Defined in builder.hpp.
  Runtime();

  Runtime(Runtime&&) noexcept = default;
  Runtime& operator=(Runtime&&) = delete;
  ~Runtime() {
    if (handle_.scheduler_ != nullptr) shutdown(std::nullopt);
  }

  [[nodiscard]] const Handle& handle() const { return handle_; }

  // As Handle's.
  template <class... Given>
  auto spawn(Given&&... given) const {
    return handle_.spawn(std::forward<Given>(given)...);
  }
  template <class... Given>
  auto spawn_blocking(Given&&... given) const {
    return handle_.spawn_blocking(std::forward<Given>(given)...);
  }
  template <class Given>
  auto block_on(Given&& given) const {
    return handle_.block_on(std::forward<Given>(given));
  }
  [[nodiscard]] EnterGuard enter() const { return handle_.enter(); }
  [[nodiscard]] RuntimeMetrics metrics() const { return handle_.metrics(); }

  // As the destructor, but waits at most so long, by the runtime's clock or by real time, whichever is over first: a
  // call that is stuck in the system also holds up a paused clock. True if all threads have ended; those that have
  // not are left to themselves, with whatever they run; a call that sleeps by the runtime's timers sleeps for ever then.
  bool shutdown_timeout(Duration limit) && {
    const bool ended = shutdown(limit);
    handle_.scheduler_.reset();
    return ended;
  }

  // The same without waiting.
  void shutdown_background() && { (void)std::move(*this).shutdown_timeout(Duration::zero()); }

 private:
  friend class Builder;
  explicit Runtime(std::shared_ptr<Scheduler> scheduler) : handle_(std::move(scheduler)) {}

  bool shutdown(std::optional<Duration> limit) {
    const std::shared_ptr<Scheduler> scheduler = handle_.scheduler_;
    // What runs here, in a task or in a call, cannot wait for itself.
    if (handle_.runs_here()) limit = Duration::zero();
    const Instant start = now();
    bool ended = true;
    if (MultiThread* const multi = handle_.multi_thread()) {
      ended = multi->shutdown(limit);
    } else {
      handle_.current_thread()->shutdown();
    }
    // A socket that is still held somewhere: nobody will wake its waiters any more, so they are told now.
    if (const auto& reactor = scheduler->driver().reactor()) reactor->shut_down();
    if (limit) limit = std::max(Duration::zero(), *limit - (now() - start));
    std::optional<DrivesMeanwhile> drives;
    if (scheduler->blocking().threads() != 0) drives.emplace(scheduler->driver());
    return scheduler->blocking().shutdown(limit) && ended;
  }

  Handle handle_;
};

}  // namespace async::inline ASYNC_FLAVOUR
