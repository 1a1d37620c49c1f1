// resent_bytes.hpp -- the book's sender: each try begins at the first byte, whatever the socket took before.
//
// So what the peer receives is the message's beginning, again and again. It goes unseen as long as a socket
// takes the whole message at once.
#pragma once

#include <cerrno>
#include <cstddef>
#include <expected>
#include <span>
#include <sys/socket.h>
#include <system_error>

#include "ch10_std_server/executor.hpp"

namespace ch10::faults {

class RestartingSender {
 public:
  using Output = std::expected<void, std::error_code>;

  RestartingSender(Executor& executor, Socket& socket, std::span<const std::byte> bytes)
      : executor_(&executor), socket_(&socket), bytes_(bytes) {}

  Poll<Output> poll(Context& cx) {
    auto rest = bytes_;  // the fault: it forgets between two polls how far it was
    while (!rest.empty()) {
      const ssize_t sent = ::send(socket_->descriptor.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) {
        executor_->wake_when(*socket_, Interest::writable, cx.waker());
        return Pending();
      }
      if (sent < 0) return Ready(Output(std::unexpect, errno, std::generic_category()));
      rest = rest.subspan(static_cast<std::size_t>(sent));
    }
    return Ready(Output());
  }

 private:
  Executor* executor_;
  Socket* socket_;
  std::span<const std::byte> bytes_;
};

}  // namespace ch10::faults
