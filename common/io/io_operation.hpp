// io_operation.hpp -- IoOperation: the one future behind every read, write, accept and wait of common/io.
//
// It tries the system call; if that would block, it waits for an event and tries again. What differs is the
// attempt: a small class with
//
//   using Output = IoResult<...>;
//   static constexpr Direction kDirection = ...;
//   std::optional<Output> operator()(IoTrial& trial);   // nothing: look at the readiness again
//   std::optional<Output> at_once() const;              // only where it may be done without a system call
//   bool is_pausing(Context& cx);                       // only where it may wait for time: pause.hpp
//
// What happens when: the waiter is woken inside Reactor::turn, in the thread that turns; the system call is
// made in its own next poll, on its executor's thread. No system call, no event, no allocation for what is
// not ready.
// Cancel-safe: a poll either makes its system call and is ready, or has taken nothing. (Those that make
// several calls, write_all and read_exact, say what they lose.)
//
// Thread safety: as any future. Several operations may wait for one source.
// Lifetime: borrows the source, and what the attempt borrows (the buffer). Immovable once polled: it is an
//   element of the source's list.
// Errors: operation_canceled once the reactor was shut down.
#pragma once

#include <cerrno>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <system_error>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/io/io_error.hpp"
#include "common/io/io_source.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// What adding a new descriptor to a reactor gives, as an IoResult.
[[nodiscard]] inline IoResult<IoSource> add_source(std::shared_ptr<Reactor> reactor,
                                                   base::Descriptor descriptor, Readiness initial,
                                                   const std::string& what) {
  auto added = IoSource::add(std::move(reactor), std::move(descriptor), initial);
  if (!added) return io_failure(added.error(), what);
  return std::move(*added);
}

// What one system call said: a count, an error, or neither.
class IoTried {
 public:
  explicit IoTried(ssize_t result) : result_(result), error_(result < 0 ? errno : 0) {}

  [[nodiscard]] bool would_block() const { return error_ == EAGAIN || error_ == EWOULDBLOCK; }
  [[nodiscard]] bool has_failed() const { return error_ != 0; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] std::error_code code() const { return {error_, std::generic_category()}; }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(result_); }

 private:
  ssize_t result_;
  int error_;
};

// One look at the readiness, and the system calls that are tried on the strength of it.
class IoTrial {
 public:
  IoTrial(Registration& registration, Readiness seen, Direction direction)
      : registration_(&registration), seen_(seen), direction_(direction) {}

  [[nodiscard]] Registration& registration() const { return *registration_; }
  [[nodiscard]] int fd() const { return registration_->fd(); }

  // `call` makes one system call and returns what that returned. Repeated where a signal interrupted it.
  template <class Call>
  IoTried call(Call call) {
    const auto tried = call_without_event(call);
    if (tried.would_block()) registration_->would_block(seen_, direction_);
    return tried;
  }

  // The same where no event may follow: the attempt sees to it that it comes back, see is_pausing.
  template <class Call>
  IoTried call_without_event(Call& call) {
    for (;;) {
      const IoTried tried(call(fd()));
      if (tried.error() != EINTR) return tried;
    }
  }

  // Found without a system call: nothing is there, and an event will come.
  void nothing_there() { registration_->would_block(seen_, direction_); }

  // The system's buffer is empty, or full: the call got fewer bytes through than asked. Saves the next one.
  void was_short() { registration_->was_short(seen_, direction_); }

 private:
  Registration* registration_;
  Readiness seen_;
  Direction direction_;
};

template <class Attempt>
class [[nodiscard("an operation does nothing until it is awaited or polled")]] IoOperation {
 public:
  using Output = typename Attempt::Output;

  template <class... Args>
  explicit IoOperation(Registration& registration, Args&&... args)
      : registration_(registration), attempt_(std::forward<Args>(args)...) {}
  IoOperation(const IoOperation&) = delete;
  IoOperation& operator=(const IoOperation&) = delete;
  ~IoOperation() { registration_.leave(waiter_, Attempt::kDirection); }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "an operation was polled after it finished");
    if (Budget::is_spent(cx)) return Pending();
    if constexpr (requires { attempt_.at_once(); }) {
      if (auto done = attempt_.at_once()) return finish(std::move(*done));
    }
    for (;;) {
      if constexpr (requires { attempt_.is_pausing(cx); }) {
        if (attempt_.is_pausing(cx)) return Pending();
      }
      const Readiness seen = registration_.readiness();
      if (seen.is_shut_down()) return finish(Output(canceled()));
      if (!seen.is_ready(Attempt::kDirection)) {
        if (registration_.wait(waiter_, Attempt::kDirection, cx.waker())) return Pending();
        continue;  // an event came in between
      }
      IoTrial trial(registration_, seen, Attempt::kDirection);
      if (auto done = attempt_(trial)) return finish(std::move(*done));
    }
  }

 private:
  Poll<Output> finish(Output output) {
    finished_ = true;
    Budget::spend();
    return Ready(std::move(output));
  }
  static std::unexpected<IoError> canceled() {
    return io_failure(std::make_error_code(std::errc::operation_canceled), "the runtime's I/O was shut down");
  }

  Registration& registration_;
  IoWaiter waiter_;
  bool finished_ = false;
  Attempt attempt_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
