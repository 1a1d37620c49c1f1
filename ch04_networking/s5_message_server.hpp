// s5_message_server.hpp -- MessageServer: a future that goes on; each message is handed to a detached task.
// after: s4_server_future.hpp
//
//   MessageServer server(std::move(listener), executor, [](std::string message) -> Async<> { ... });
//   auto task = executor.spawn_task(std::move(server));      // serves until it is dropped
//
// What is new: it is never ready. There are many connections at once, so a token says which one an event is
// about, and a table has what came of it so far. What it does with a message is a task of its own on the same
// executor: the server does not wait for it, and has no handle of it. (The book shows the two lines that
// spawn it, and says that one could serve thousands of sockets so.)
//
// As ServerFuture it blocks one thread of the executor for up to 200 ms at a time.
//
// Thread safety: as any future. Lifetime: the executor outlives it. Dropping it closes the listener and the
// connections; handed over messages are handled all the same.
// Errors: a connection that fails is dropped with what it has sent so far, and counted. When there are no
//   descriptors left, connections wait in the system's queue, and every poll tries again. Anything else that
//   an accept says ends the server: it is its output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/future/async.hpp"

#include "ch04_networking/executor.hpp"
#include "ch04_networking/s3_poll.hpp"
#include "ch04_networking/s4_server_future.hpp"
#include "ch04_networking/sockets.hpp"

namespace ch04 {

class MessageServer {
 public:
  using Output = IoResult<void>;
  using Handle = std::function<Async<>(std::string)>;

  // What became of the connections; of use to whoever polls it by hand.
  struct Counts {
    std::size_t messages = 0;
    std::size_t dropped = 0;     // reset, or their message was too long
    std::size_t backed_off = 0;  // polls that found no descriptor for a connection
  };

  MessageServer(base::Descriptor listener, Executor& executor, Handle handle,
                std::chrono::nanoseconds wait = ServerFuture::kWait);

  Poll<Output> poll(Context& cx);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  static constexpr os::Token kServer{0};

  [[nodiscard]] IoResult<void> accept_all();
  void read_from(std::uint64_t number);

  base::Descriptor listener_;
  Executor& executor_;
  Handle handle_;
  std::chrono::nanoseconds wait_;
  os::Events events_{128};
  std::unordered_map<std::uint64_t, Incoming> connections_;  // by the number in their token
  std::uint64_t last_number_ = kServer.value;                // of the newest one; none is used twice
  bool is_somebody_left_ = false;                            // in the queue, for want of a descriptor
  Counts counts_;
  os::Poll poll_;  // last: goes before the descriptors that it watches
};

}  // namespace ch04
