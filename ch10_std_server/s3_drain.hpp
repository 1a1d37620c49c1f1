// s3_drain.hpp -- TcpDrain: reads and drops whatever still comes, until the peer ends its side.
//
// A socket that is closed while bytes wait in it is reset, and a reset can overtake the reply in the client's
// own buffer. So a server that has answered reads on until the client is done.
//
// Lifetime: the socket outlives it. Bound it in time: a client may send for ever.
#pragma once

#include <array>
#include <cstddef>

#include "ch10_std_server/s3_receiver.hpp"

namespace ch10 {

class TcpDrain {
 public:
  using Output = void;

  TcpDrain(Executor& executor, Socket& socket) : executor_(&executor), socket_(&socket) {}

  Poll<void> poll(Context& cx) {
    std::array<std::byte, 4096> dropped;
    for (int chunks = 0; chunks < 16; ++chunks) {
      auto received = TcpReceiver(*executor_, *socket_, dropped).poll(cx);
      if (received.is_pending()) return Pending();
      if (!received.value() || *received.value() == 0) return Ready();
    }
    cx.waker().wake_by_ref();  // there is more, but the other tasks come first
    return Pending();
  }

 private:
  Executor* executor_;
  Socket* socket_;
};

}  // namespace ch10
