// socket_pairs.hpp -- two connected sockets in one process, with as small a buffer as the system allows.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstddef>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>

#include "ch10_std_server/executor.hpp"

namespace ch10::tests {

[[noreturn]] inline void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct SocketPair {
  Descriptor ours, theirs;  // both non-blocking
};

inline SocketPair unix_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) < 0)
    fail("socketpair");
  for (const int end : ends) {
    const int least = 1;  // the kernel rounds it up to its minimum
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// Listens on a free port of 127.0.0.1.
struct Listener {
  explicit Listener(int backlog = 4096) : descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor.get(), any, size) < 0) fail("bind");
    if (backlog > 0 && ::listen(descriptor.get(), backlog) < 0) fail("listen");
    if (::getsockname(descriptor.get(), any, &size) < 0) fail("getsockname");
    port = ntohs(address.sin_port);
  }
  [[nodiscard]] Descriptor accept() const {
    Descriptor accepted(::accept4(descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!accepted) fail("accept");
    return accepted;
  }
  Descriptor descriptor;
  std::uint16_t port = 0;
};

// A port on which nobody listens, for as long as this lives.
struct DeafPort : Listener {
  DeafPort() : Listener(0) {}
};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A connection that is closed is reset instead of ended: the peer's next call fails.
inline void reset(Descriptor& connection) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  connection.reset();
}

// Writes into a non-blocking socket until it takes no more. How many bytes that were.
inline std::size_t fill(const Descriptor& socket) {
  const std::string filler(512, 'x');
  std::size_t filled = 0;
  for (std::size_t size = filler.size(); size > 0;) {
    const ssize_t sent = ::send(socket.get(), filler.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      size /= 2;  // perhaps a shorter one still fits
    } else {
      filled += static_cast<std::size_t>(sent);
    }
  }
  return filled;
}

// All that is there now, and whether the end has come.
struct Available {
  std::string bytes;
  bool ended = false;
};
inline Available read_available(const Descriptor& socket) {
  Available available;
  std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t size = ::recv(socket.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (size > 0) available.bytes.append(chunk.data(), static_cast<std::size_t>(size));
    if (size == 0) available.ended = true;
    if (size <= 0) return available;
  }
}

inline void write_now(const Descriptor& socket, std::string_view bytes) {
  if (::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
    fail("send");
  }
}

}  // namespace ch10::tests
