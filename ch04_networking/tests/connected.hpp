// connected.hpp -- two connected sockets, ports with and without a listener; and no descriptors left.
//
// What goes over TCP comes a moment later, on one machine too: where a test goes on as if it had come, it waits.
#pragma once

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "common/base/thread.hpp"

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

// Blocks until one of these events of poll(2) is there.
inline void wait_for(int descriptor, short events) {
  pollfd one{.fd = descriptor, .events = events, .revents = 0};
  if (uninterrupted([&] { return ::poll(&one, 1, -1); }) != 1) {
    throw std::system_error(errno, std::generic_category(), "poll");
  }
}

// What can be written to at once. That the listener has it in its queue is another event.
inline base::Descriptor connect_to(const SocketAddress& server) {
  base::Descriptor socket = start_connecting(server).value();
  wait_for(socket.get(), POLLOUT);
  if (!try_finish_connecting(socket.get()).value()) throw std::logic_error("writable, and not connected");
  return socket;
}

// Blocks until all that was written is with the other side's system.
inline void wait_until_arrived(int socket) {
  for (int on_the_way = 1; ::ioctl(socket, SIOCOUTQ, &on_the_way) == 0 && on_the_way != 0;) {
    base::yield_thread();
  }
}

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
    rlimit none = before_;
    none.rlim_cur = 0;  // whichever numbers are free, or will be when another thread closes something
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
