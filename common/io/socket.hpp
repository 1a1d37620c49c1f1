// socket.hpp -- the system calls that all sockets share: open, bind, addresses, options, connect.
//
// Thread safety and lifetime: functions without state. Errors: IoError.
#pragma once

#include <cerrno>
#include <chrono>
#include <expected>
#include <string>
#include <sys/socket.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/io/io_operation.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

[[nodiscard]] inline IoResult<base::Descriptor> open_socket(int family, int type) {
  base::Descriptor opened(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!opened) return io_failure(last_error(), "open a socket");
  return opened;
}

template <class Address>
[[nodiscard]] IoResult<base::Descriptor> open_bound(const Address& address, int type, bool reuses_address) {
  auto opened = open_socket(address.family(), type);
  if (!opened) return opened;
  const int on = 1;
  // A server that is started again gets its port, although old connections to it are still dying.
  if (reuses_address) (void)::setsockopt(opened->get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(opened->get(), address.data(), address.size()) != 0)
    return io_failure(last_error(), "bind to " + address.to_string());
  return opened;
}

// `ask` is getsockname or getpeername.
template <class Address, class Ask>
[[nodiscard]] IoResult<Address> address_of(int fd, Ask ask, const char* what) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (ask(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return io_failure(last_error(), what);
  return Address::from_system(storage, size);
}
template <class Address>
[[nodiscard]] IoResult<Address> local_address_of(int fd) {
  return address_of<Address>(fd, ::getsockname, "ask for the local address");
}
template <class Address>
[[nodiscard]] IoResult<Address> peer_address_of(int fd) {
  return address_of<Address>(fd, ::getpeername, "ask for the peer's address");
}

template <class Value>
[[nodiscard]] IoResult<void> set_option(int fd, int level, int name, const Value& value, const char* what) {
  if (::setsockopt(fd, level, name, &value, sizeof value) != 0) return io_failure(last_error(), what);
  return {};
}
[[nodiscard]] inline IoResult<int> get_option(int fd, int level, int name, const char* what) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, level, name, &value, &size) != 0) return io_failure(last_error(), what);
  return value;
}

// Two Unix sockets that are connected to each other.
[[nodiscard]] inline IoResult<std::pair<IoSource, IoSource>> open_pair(int type) {
  const char* const what = "open a pair of sockets";
  int fds[2];
  if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0)
    return io_failure(last_error(), what);
  base::Descriptor first_end(fds[0]);
  base::Descriptor second_end(fds[1]);
  const auto reactor = Reactor::current();
  auto first = add_source(reactor, std::move(first_end), Readiness::assumed(), what);
  if (!first) return std::unexpected(first.error());
  auto second = add_source(reactor, std::move(second_end), Readiness::assumed(), what);
  if (!second) return std::unexpected(second.error());
  return std::pair(std::move(*first), std::move(*second));
}

// Waits until a connection that was begun is there, or has failed.
class ConnectAttempt {
 public:
  using Output = IoResult<void>;
  static constexpr auto kDirection = Direction::write;

  std::optional<Output> operator()(IoTrial& trial) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(trial.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
      return io_failure(last_error(), "connect");
    if (error != 0) return io_failure(std::error_code(error, std::generic_category()), "connect");
    const auto tried = trial.call([](int fd) -> ssize_t {
      sockaddr_storage peer{};
      socklen_t peer_size = sizeof peer;
      const int answer = ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size);
      if (answer != 0 && errno == ENOTCONN) errno = EAGAIN;  // not yet: the event was about something else
      return answer;
    });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "connect");
    return Output();
  }
};

// Dropping it closes the half-made connection.
template <class Stream>
Async<IoResult<Stream>> connect_stream(typename Stream::Address address) {
  const std::string what = "connect to " + address.to_string();
  auto opened = open_socket(address.family(), SOCK_STREAM);
  if (!opened) co_return io_failure(opened.error().code(), what);
  for (;;) {
    if (::connect(opened->get(), address.data(), address.size()) == 0) break;
    if (errno == EINPROGRESS || errno == EINTR) break;  // it goes on by itself
    if (errno != EAGAIN) co_return io_failure(last_error(), what);
    // A Unix listener whose queue is full: there is no event for that.
    co_await sleep(std::chrono::milliseconds(10));
  }
  // Nothing is known of it yet: the event tells that it is connected, and when there is something to read.
  auto source = add_source(Reactor::current(), std::move(*opened), Readiness(), what);
  if (!source) co_return std::unexpected(source.error());
  const auto connected = co_await IoOperation<ConnectAttempt>(source->registration());
  if (!connected) co_return io_failure(connected.error().code(), what);
  co_return Stream(std::move(*source));
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
