// census.hpp -- Census: the threads and the loops of this process, counted by asking the system.
//
// A library that brings a runtime with it has a thread, or an epoll, an eventfd or a timerfd: so these are
// counted, and whatever else is open. Sockets are not: they come and go with connections.
// Thread safety: any thread. Errors: std::filesystem::filesystem_error where there is no /proc.
#pragma once

#include <cstddef>
#include <string>

namespace ch04 {

struct Census {
  [[nodiscard]] static Census now();

  // "3 threads, 1 epoll, 1 eventfd, 0 timerfd, 5 other descriptors"
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Census&, const Census&) = default;

  std::size_t threads = 0;
  std::size_t epolls = 0;
  std::size_t eventfds = 0;
  std::size_t timerfds = 0;
  std::size_t others = 0;  // files, pipes, ...
};

}  // namespace ch04
