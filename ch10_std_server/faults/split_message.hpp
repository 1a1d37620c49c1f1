// split_message.hpp -- the book's way to find a message's end: nothing more is there, so that was all.
//
// TCP delivers bytes, not messages. Between two segments of one message nothing is there either.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <vector>

#include "ch10_std_server/s1_data.hpp"
#include "ch10_std_server/s3_receiver.hpp"

namespace ch10::faults {

class HastyReceiver {
 public:
  using Output = std::expected<Data, Data::Error>;

  HastyReceiver(Executor& executor, Socket& socket) : executor_(&executor), socket_(&socket) {}

  Poll<Output> poll(Context& cx) {
    std::array<std::byte, 1024> chunk;
    for (;;) {
      auto received = TcpReceiver(*executor_, *socket_, chunk).poll(cx);
      const bool nothing_there = received.is_pending();
      if (nothing_there && bytes_.empty()) return Pending();
      // The fault: that nothing is there now is taken for the end.
      if (nothing_there || !received.value() || *received.value() == 0)
        return Ready(Data::deserialize(bytes_));
      bytes_.insert(bytes_.end(), chunk.begin(),
                    chunk.begin() + static_cast<std::ptrdiff_t>(*received.value()));
    }
  }

 private:
  Executor* executor_;
  Socket* socket_;
  std::vector<std::byte> bytes_;
};

}  // namespace ch10::faults
