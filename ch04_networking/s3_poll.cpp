// s3_poll.cpp -- the four system calls behind os::Poll, and what their errors mean.
#include "ch04_networking/s3_poll.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

#include "common/base/check.hpp"

namespace ch04::os {
namespace {

using Real = std::chrono::steady_clock;

// Whole milliseconds are what epoll takes: rounded up, so that it is never over too early.
int as_epoll_timeout(std::optional<Real::time_point> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Real::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

const char* what_it_may_mean(int error) {
  switch (error) {
    case EEXIST: return " (it is registered already: reregister_fd changes it)";
    case ENOENT: return " (it is not registered here, or was closed meanwhile)";
    case EBADF: return " (it is closed)";
    case EPERM: return " (a file is always ready: only sockets, pipes and the like can be polled)";
    default: return "";
  }
}

// Before that much memory is asked for.
std::size_t checked(std::size_t capacity) {
  constexpr std::size_t kMost = std::numeric_limits<int>::max() / sizeof(epoll_event);
  if (capacity == 0 || capacity > kMost) {
    throw std::invalid_argument("Events needs room for 1 to " + std::to_string(kMost) + " events");
  }
  return capacity;
}

}  // namespace

Events::Events(std::size_t capacity) : told_(checked(capacity)) {}

Poll::Poll() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "no epoll could be made");
}

IoResult<void> Poll::control(int operation, const char* what, int fd, epoll_event* event) {
  if (::epoll_ctl(epoll_.get(), operation, fd, event) == 0) return {};
  const int error = errno;
  return std::unexpected(IoError(std::error_code(error, std::generic_category()),
                                 what + (" descriptor " + std::to_string(fd)) + what_it_may_mean(error)));
}

IoResult<void> Poll::register_fd(int fd, Token token, Interest interest) {
  epoll_event event{.events = interest.bits_ | EPOLLET, .data = {.u64 = token.value}};
  return control(EPOLL_CTL_ADD, "register", fd, &event);
}

IoResult<void> Poll::reregister_fd(int fd, Token token, Interest interest) {
  epoll_event event{.events = interest.bits_ | EPOLLET, .data = {.u64 = token.value}};
  return control(EPOLL_CTL_MOD, "reregister", fd, &event);
}

IoResult<void> Poll::deregister_fd(int fd) { return control(EPOLL_CTL_DEL, "deregister", fd, nullptr); }

void Poll::poll(Events& events, std::optional<std::chrono::nanoseconds> timeout) {
  // What would be later than an hour from now is an hour from now, and asked for again: nothing overflows.
  constexpr std::chrono::nanoseconds kMost = std::chrono::hours(1);
  for (;;) {
    std::optional<Real::time_point> until;
    if (timeout) until = Real::now() + std::min(*timeout, kMost);
    int count = -1;
    do {
      count = ::epoll_wait(epoll_.get(), events.told_.data(), static_cast<int>(events.told_.size()),
                           as_epoll_timeout(until));
    } while (count < 0 && errno == EINTR);  // a signal; the rest of the time is left
    ASYNC_CHECK(count >= 0, "an epoll that is open, with room for events, cannot fail");
    events.count_ = static_cast<std::size_t>(count);
    if (count > 0 || !timeout || *timeout <= kMost) return;
    *timeout -= kMost;
  }
}

Alarm::Alarm(Poll& poll, Token token) : poll_(poll), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "no event descriptor could be made");
  if (const auto added = poll_.register_fd(event_.get(), token, Interest::readable()); !added) {
    throw std::system_error(added.error().code(), added.error().message());
  }
}

void Alarm::ring() noexcept {
  // Each write is a change, and so an event; nobody reads the number. It is full after 2^64 - 1 rings.
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

}  // namespace ch04::os
