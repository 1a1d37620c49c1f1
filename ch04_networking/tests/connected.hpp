// connected.hpp -- two connected sockets, ports with and without a listener; and no descriptors left.
#pragma once

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "ch04_networking/sockets.hpp"

namespace ch04::tests {

struct Connected {
  Connected() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    here = base::Descriptor(ends[0]);
    there = base::Descriptor(ends[1]);
  }

  base::Descriptor here, there;
};

// A listener on a free port, and where it is.
struct Listening {
  Listening() = default;

  base::Descriptor listener = listen_on(SocketAddress::loopback(0)).value();
  SocketAddress address = local_address(listener.get()).value();
};

// A port on which nobody listens while this lives.
struct NobodyListens {
  NobodyListens() = default;
  [[nodiscard]] std::string uri(const std::string& host, const std::string& scheme = "http") const {
    return scheme + "://" + host + ":" + std::to_string(address.port()) + "/";
  }

  base::Descriptor socket = hold_port(SocketAddress::loopback(0)).value();
  SocketAddress address = local_address(socket.get()).value();
};

// While it lives, this process cannot open another descriptor.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const base::Descriptor lowest_free(::fcntl(0, F_DUPFD_CLOEXEC, 0));
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// Closes it so that the other side is told of an error, not of an end.
inline void reset(base::Descriptor socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// All that is there now.
inline std::string read_now(int socket) {
  std::string all;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto count = try_read(socket, buffer);
    if (!count || !*count || **count == 0) return all;
    all.append(buffer.data(), **count);
  }
}

}  // namespace ch04::tests
