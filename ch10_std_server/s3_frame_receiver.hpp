// s3_frame_receiver.hpp -- FrameReceiver: receives one whole message, in as many pieces as it comes.
//
// (The book's server decodes what it has as soon as nothing more is there: demo fault-split-message.)
//
// Lifetime: executor, socket and the stop flag outlive it. Immovable once it was polled.
// Errors: a sentence that says why there is no message; empty if the client left without sending anything.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "ch10_std_server/s1_data.hpp"
#include "ch10_std_server/s3_receiver.hpp"
#include "ch10_std_server/s3_sleep.hpp"

namespace ch10 {

class FrameReceiver {
 public:
  using Output = std::expected<Data, std::string>;

  // `idle`: how long nothing may come; zero: for ever. `stopping`: gives up once this is true (see wake_all).
  FrameReceiver(Executor& executor, Socket& socket, std::size_t limit, Clock::duration idle,
                const bool& stopping)
      : executor_(executor), socket_(socket), limit_(limit), stopping_(stopping), idle_limit_(idle) {
    if (idle > Clock::duration::zero()) idle_.emplace(executor, idle);
  }

  Poll<Output> poll(Context& cx) {
    // On the stack of the poll: a connection that waits pays nothing for it.
    std::array<std::byte, 4096> chunk;
    for (int chunks = 0; chunks < kChunksPerPoll; ++chunks) {
      auto received = TcpReceiver(executor_, socket_, chunk).poll(cx);
      if (received.is_pending()) {
        if (stopping_) return refuse("the server is shutting down");
        if (idle_ && idle_->poll(cx).is_ready()) return refuse("nothing came for too long");
        return Pending();
      }
      const auto& size = received.value();
      if (!size) return refuse(size.error().message());
      if (*size == 0) return refuse(bytes_.empty() ? "" : std::string(to_string(Data::Error::truncated)));
      bytes_.insert(bytes_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(*size));
      if (idle_) idle_->restart(idle_limit_);

      const auto frame = Data::frame_size(bytes_, limit_);
      if (!frame && frame.error() == Data::Error::too_long)
        return refuse(std::string(to_string(frame.error())));
      if (!frame || bytes_.size() < *frame) continue;
      auto data = Data::deserialize(bytes_);
      if (!data) return refuse(std::string(to_string(data.error())));
      return Ready(Output(*std::move(data)));
    }
    cx.waker().wake_by_ref();  // there is more, but the other tasks come first
    return Pending();
  }

 private:
  static constexpr int kChunksPerPoll = 16;

  static Poll<Output> refuse(std::string why) { return Ready(Output(std::unexpect, std::move(why))); }

  Executor& executor_;
  Socket& socket_;
  std::size_t limit_;
  const bool& stopping_;
  std::vector<std::byte> bytes_;
  Clock::duration idle_limit_;
  std::optional<Sleep> idle_;
};

}  // namespace ch10
