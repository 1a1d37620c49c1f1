// io_source.hpp -- IoSource: owns one descriptor that a reactor watches.
//
// What every socket, pipe, signal and child process here is made of. Its operations are IoOperations
// (io_operation.hpp): they try the system call first, and wait only when it would block.
//
// Thread safety: operations from any thread, several at once. Moving and destroying it: alone.
// Lifetime: outlives its operations (checked); it may be moved while they wait. Keeps the reactor alive.
// Errors: operation_canceled once the reactor was shut down; what epoll_ctl says of a descriptor that it
// cannot watch.
#pragma once

#include <expected>
#include <memory>
#include <system_error>
#include <utility>

#include "common/io/reactor.hpp"

namespace async::inline ASYNC_FLAVOUR {

class IoSource {
 public:
  // The descriptor does not block its reader or writer (O_NONBLOCK). `initial`: what is known of it already.
  [[nodiscard]] static std::expected<IoSource, std::error_code> add(
      std::shared_ptr<Reactor> reactor, base::Descriptor descriptor,
      detail::Readiness initial = detail::Readiness::assumed()) {
    const auto added = Reactor::add(std::move(reactor), std::move(descriptor), initial);
    if (!added) return std::unexpected(added.error());
    return IoSource(*added);
  }

  IoSource(IoSource&& other) noexcept : registration_(std::exchange(other.registration_, nullptr)) {}
  IoSource& operator=(IoSource&& other) noexcept {
    if (this != &other) {
      (void)into_descriptor();  // closed here
      registration_ = std::exchange(other.registration_, nullptr);
    }
    return *this;
  }
  ~IoSource() { (void)into_descriptor(); }

  [[nodiscard]] int fd() const { return registration().fd(); }
  [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return registration().reactor(); }

  [[nodiscard]] detail::Registration& registration() const {
    ASYNC_CHECK(registration_ != nullptr, "a socket or other source was used after it was moved away");
    return *registration_;
  }

  // Takes the descriptor away from the reactor. Nothing is left behind.
  base::Descriptor into_descriptor() {
    if (registration_ == nullptr) return {};
    auto* const registration = std::exchange(registration_, nullptr);
    // Here, because the reactor frees the registration: it may do so when its last owner lets go.
    const auto reactor = std::move(registration->reactor_);
    return reactor->remove(*registration);
  }

 private:
  explicit IoSource(detail::Registration* registration) : registration_(registration) {}

  detail::Registration* registration_;
};

}  // namespace async::inline ASYNC_FLAVOUR
