// sockets.cpp -- the system calls, each with what its errors mean.
#include "ch04_networking/sockets.hpp"

#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "common/io/accept_error.hpp"

namespace ch04 {
namespace {

constexpr int kQueue = 1024;

IoError error_of(int code, const std::string& what) {
  return IoError(std::error_code(code, std::generic_category()), what);
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

base::Descriptor open_tcp(const SocketAddress& address) {
  return base::Descriptor(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

std::unexpected<IoError> failed(const std::string& what) { return std::unexpected(error_of(errno, what)); }

IoResult<base::Descriptor> listen_on(const SocketAddress& address) {
  const std::string what = "listen on " + address.to_string();
  base::Descriptor socket = open_tcp(address);
  if (!socket) return failed(what);
  const int on = 1;
  // A server that is started again gets its port, although old connections to it are still dying.
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), address.data(), address.size()) != 0) return failed(what);
  if (::listen(socket.get(), kQueue) != 0) return failed(what);
  return socket;
}

IoResult<base::Descriptor> hold_port(const SocketAddress& address) {
  const std::string what = "hold a port of " + address.to_string();
  base::Descriptor socket = open_tcp(address);
  // Without SO_REUSEADDR: with it another one could have the same port.
  if (!socket || ::bind(socket.get(), address.data(), address.size()) != 0) return failed(what);
  return socket;
}

IoResult<SocketAddress> local_address(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return failed("ask for the local address");
  }
  return SocketAddress::from_system(storage, size);
}

Tried<base::Descriptor> try_accept(int listener) {
  for (;;) {
    base::Descriptor accepted(
        uninterrupted([&] { return ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }));
    if (accepted) {
      const int on = 1;  // what is written goes at once; the writers here write whole answers
      (void)::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return accepted;
    }
    if (would_block()) return std::nullopt;
    if (!async::detail::is_of_one_connection(errno)) return failed("accept");
  }
}

bool is_exhaustion(const IoError& error) {
  return error.is(std::errc::too_many_files_open) || error.is(std::errc::too_many_files_open_in_system) ||
         error.is(std::errc::no_buffer_space) || error.is(std::errc::not_enough_memory);
}

IoResult<base::Descriptor> start_connecting(const SocketAddress& address) {
  const std::string what = "connect to " + address.to_string();
  base::Descriptor socket = open_tcp(address);
  if (!socket) return failed(what);
  // Also an interrupted one goes on by itself.
  if (::connect(socket.get(), address.data(), address.size()) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return failed(what);
  }
  return socket;
}

Tried<Done> try_finish_connecting(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return failed("connect");
  if (error != 0) return std::unexpected(error_of(error, "connect"));
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) return Done();
  if (errno == ENOTCONN) return std::nullopt;
  return failed("connect");
}

Tried<std::size_t> try_read(int socket, std::span<char> into) {
  const auto count = uninterrupted([&] { return ::recv(socket, into.data(), into.size(), 0); });
  if (count >= 0) return static_cast<std::size_t>(count);
  if (would_block()) return std::nullopt;
  return failed("read");
}

Tried<std::size_t> try_write(int socket, std::string_view bytes) {
  const auto count = uninterrupted([&] { return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (count >= 0) return static_cast<std::size_t>(count);
  if (would_block()) return std::nullopt;
  return failed("write");
}

void end_writing(int socket) { (void)::shutdown(socket, SHUT_WR); }

IoResult<void> allow_descriptors(std::size_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return failed("ask for the limit of open descriptors");
  if (limit.rlim_cur >= count) return {};
  if (limit.rlim_max < count) {
    return std::unexpected(error_of(EMFILE, "this needs " + std::to_string(count) +
                                                " open descriptors, and " + std::to_string(limit.rlim_max) +
                                                " are allowed (ulimit -Hn): ask for fewer connections"));
  }
  limit.rlim_cur = count;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return failed("raise the limit of open descriptors");
  return {};
}

}  // namespace ch04
