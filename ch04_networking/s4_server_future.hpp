// s4_server_future.hpp -- ServerFuture: a future that polls a socket until a message has come; its sender.
//
//   ServerFuture server(std::move(listener));                   // any free port: sockets.hpp
//   auto outcome = executor.spawn_task(std::move(server));
//   (void)send_when_writable(address, "that's so dingo!");
//   println("outcome: ", *block_on(outcome));
//
// What it is: the book's. A message is all that one connection sends until it ends. In the book a read that
// would block first counts as an error; then as a reason to answer Pending, but the stream and what was read
// of it are locals, and lost. Here they are members: the next poll goes on where this one stopped.
//
// It asks the system inside its own poll(), so it blocks a thread of the executor for up to 200 ms at a time,
// and it wakes itself, since nobody else does. s6_driver.hpp waits in one place for all sockets instead.
//
// Thread safety: as any future. Lifetime: owns the listener and what it accepts. Dropping it closes both.
// Errors: a value: accept failed, the connection was reset, or the message is longer than a megabyte.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/future/future.hpp"

#include "ch04_networking/s3_poll.hpp"
#include "ch04_networking/sockets.hpp"

namespace ch04 {

using namespace async;

// One connection, and what has come of its message.
class Incoming {
 public:
  static constexpr std::size_t kLongestMessage = 1 << 20;

  explicit Incoming(base::Descriptor stream) : stream_(std::move(stream)) {}

  // Done: it has ended. Else there is nothing more for now.
  [[nodiscard]] Tried<Done> read_to_the_end();

  [[nodiscard]] int fd() const { return stream_.get(); }
  [[nodiscard]] std::string take_message() { return std::exchange(received_, ""); }

 private:
  base::Descriptor stream_;
  std::string received_;
};

class ServerFuture {
 public:
  using Output = IoResult<std::string>;
  static constexpr std::chrono::milliseconds kWait{200};

  // `on_would_block` is for who wants to watch: called when a connection has nothing to read yet.
  explicit ServerFuture(
      base::Descriptor listener, std::chrono::nanoseconds wait = kWait,
      std::function<void()> on_would_block = [] {});

  Poll<Output> poll(Context& cx);

 private:
  static constexpr os::Token kServer{0}, kStream{1};

  // A message or an error; nothing: it would block.
  std::optional<Output> next_message();
  [[nodiscard]] Tried<Done> accept_stream();

  base::Descriptor listener_;
  std::chrono::nanoseconds wait_;
  std::function<void()> on_would_block_;
  os::Events events_{2};
  std::optional<Incoming> stream_;  // whose turn it is
  os::Poll poll_;                   // last: goes before the descriptors that it watches
};

// The book's client: waits until it may write, writes, until all is sent; then it ends. Blocks its thread.
[[nodiscard]] IoResult<void> send_when_writable(const SocketAddress& server, std::string_view message);

}  // namespace ch04
