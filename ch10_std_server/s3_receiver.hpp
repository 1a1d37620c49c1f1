// s3_receiver.hpp -- TcpReceiver: receives what there is, at least one byte unless the peer has ended its side.
//
// The two uses of it are written on top: everything up to the end (the client), one frame (the server).
// Lifetime: the socket and the buffer outlive it. Dropping it loses nothing: what was not read stays in the socket.
// Errors: what recv() says, as a value.
#pragma once

#include <cerrno>
#include <cstddef>
#include <expected>
#include <span>
#include <sys/socket.h>
#include <system_error>

#include "ch10_std_server/executor.hpp"

namespace ch10 {

class TcpReceiver {
 public:
  // How many bytes; 0 is the end.
  using Output = std::expected<std::size_t, std::error_code>;

  TcpReceiver(Executor& executor, Socket& socket, std::span<std::byte> buffer)
      : executor_(&executor), socket_(&socket), buffer_(buffer) {}

  Poll<Output> poll(Context& cx) {
    for (;;) {
      const ssize_t received = ::recv(socket_->descriptor.get(), buffer_.data(), buffer_.size(), 0);
      if (received >= 0) return Ready(Output(static_cast<std::size_t>(received)));
      if (errno == EAGAIN) {
        executor_->wake_when(*socket_, Interest::readable, cx.waker());
        return Pending();
      }
      if (errno != EINTR) return Ready(Output(std::unexpect, errno, std::generic_category()));
    }
  }

 private:
  Executor* executor_;
  Socket* socket_;
  std::span<std::byte> buffer_;
};

}  // namespace ch10
