// s6_driver.hpp -- Driver and Socket: one thread waits for all sockets, and wakes the tasks that do.
//
//   Driver driver;                                        // before the executor: it outlives its sockets
//   auto socket = Socket::add(driver, std::move(descriptor));
//   const auto count = co_await socket->read(buffer);     // pending: blocks no thread
//
// What is new since s5: no future calls os::Poll any more. It tries its system call; if that would block, it
// leaves its waker here, under the socket's token. The driver's thread sleeps in os::Poll, and calls the
// wakers of those that an event is about. A socket knows a waker and an executor knows a waker, and neither
// knows the other: so the same server runs on chapter 3's executor, on chapter 7's runtime, and under
// block_on. This is what a runtime does with mio. (common/io/reactor.hpp is this in its finished form.)
//
// What happens when: a waker is called in the driver's thread, in wake_told; the task then runs where its
//   executor runs it, and makes the system call there.
// Thread safety: add and the operations from any thread. Of one socket at most one read (or accept) and one
//   write (or connect) at the same time.
// Lifetime: Driver outlives its sockets (checked). A socket, and the buffer, outlive its operations.
// Invariants: (1) Nobody waits without having tried: what is there is found by the call, not told. (2)
//   An event that comes after the try and before the wait is kept in `was_told`, and the wait sends back
//   to try again.
// Cancelling: a read, write or accept that is dropped has taken nothing; write_all may have written a part.
// Errors: values. The constructor throws std::system_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/check.hpp"
#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/budget.hpp"

#include "ch04_networking/s3_poll.hpp"
#include "ch04_networking/sockets.hpp"

namespace ch04 {

class Driver {
 public:
  Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  // How many sockets it watches.
  [[nodiscard]] std::size_t sockets() { return table_.lock()->entries.size(); }

 private:
  friend class Socket;
  template <class Try>
  friend class SocketOperation;

  enum class Direction { read, write };

  // Of one direction of one socket.
  struct Waiting {
    Waker waker;
    bool waits = false;     // with that waker
    bool was_told = false;  // an event came while nobody waited
  };
  struct Entry {
    Waiting read, write;
    Waiting& of(Direction direction) { return direction == Direction::read ? read : write; }
  };

  static constexpr os::Token kEnd{0};

  [[nodiscard]] IoResult<os::Token> add(int fd);
  void remove(os::Token token, int fd);

  // Before a try, and after the last one: nobody waits, and what was told so far does not count.
  void clear(os::Token token, Direction direction);
  // False: something was told since the try began, so try again. Else `newest` is called at the next event.
  [[nodiscard]] bool wait(os::Token token, Direction direction, const Waker& newest);

  void run();
  void wake_told(const os::Events& events, std::vector<Waker>& to_wake);

  struct Table {
    std::unordered_map<std::uint64_t, Entry> entries;  // by the number in the token
    std::uint64_t last_number = kEnd.value;            // of the newest one: an old event finds no new socket
  };

  base::Locked<Table> table_;
  os::Poll poll_;
  os::Alarm end_{poll_, kEnd};
  base::Thread thread_;  // last: it uses what stands above, and is joined first
};

// Tries a system call; waits for an event where it would block, and tries again. Try: Tried<T>(int fd).
// May be moved until its first poll.
template <class Try>
class [[nodiscard("an operation does nothing until it is awaited or polled")]] SocketOperation {
 public:
  using Output = IoResult<typename std::invoke_result_t<Try&, int>::value_type::value_type>;

  SocketOperation(Driver& driver, os::Token token, int fd, Driver::Direction direction, Try attempt)
      : driver_(driver), token_(token), fd_(fd), direction_(direction), try_(std::move(attempt)) {}

  SocketOperation(SocketOperation&& other) noexcept
      : driver_(other.driver_),
        token_(other.token_),
        fd_(other.fd_),
        direction_(other.direction_),
        try_(std::move(other.try_)) {
    ASYNC_CHECK(!other.waits_, "an operation is moved before its first poll: later it would not be woken");
  }
  SocketOperation& operator=(SocketOperation&&) = delete;
  ~SocketOperation() {
    if (waits_) driver_.clear(token_, direction_);
  }

  Poll<Output> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();  // of a runtime: others have their turn
    for (;;) {
      driver_.clear(token_, direction_);
      waits_ = false;
      auto tried = try_(fd_);
      if (!tried || *tried) {
        Budget::spend();
        return Ready(tried ? Output(**std::move(tried)) : Output(std::unexpected(tried.error())));
      }
      waits_ = driver_.wait(token_, direction_, cx.waker());
      if (waits_) return Pending();
    }
  }

 private:
  Driver& driver_;
  os::Token token_;
  int fd_;
  Driver::Direction direction_;
  Try try_;
  bool waits_ = false;
};

// A descriptor that a driver watches. May be moved while no operation waits.
class Socket {
 public:
  [[nodiscard]] static IoResult<Socket> add(Driver& driver, base::Descriptor descriptor);
  // Connects, and adds what it has connected.
  [[nodiscard]] static Async<IoResult<Socket>> connect(Driver& driver, SocketAddress address);

  Socket(Socket&& other) noexcept
      : driver_(other.driver_), token_(other.token_), descriptor_(std::move(other.descriptor_)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_) driver_.remove(token_, descriptor_.get());
  }

  // The next connection. While there are no descriptors it fails (is_exhaustion): no event would tell that.
  auto accept() { return operation(Driver::Direction::read, &try_accept); }

  // How many bytes; 0: the other side has ended.
  auto read(std::span<char> into) {
    return operation(Driver::Direction::read, [into](int fd) { return try_read(fd, into); });
  }
  // How many bytes went through.
  auto write(std::string_view bytes) {
    return operation(Driver::Direction::write, [bytes](int fd) { return try_write(fd, bytes); });
  }
  [[nodiscard]] Async<IoResult<void>> write_all(std::string_view bytes);

  // Any other call that waits for something to read.
  template <class Try>
  auto when_readable(Try attempt) {
    return operation(Driver::Direction::read, std::move(attempt));
  }

  [[nodiscard]] Driver& driver() const { return driver_; }
  [[nodiscard]] int fd() const { return descriptor_.get(); }

 private:
  Socket(Driver& driver, os::Token token, base::Descriptor descriptor)
      : driver_(driver), token_(token), descriptor_(std::move(descriptor)) {}

  template <class Try>
  SocketOperation<Try> operation(Driver::Direction direction, Try attempt) {
    return SocketOperation<Try>(driver_, token_, fd(), direction, std::move(attempt));
  }

  Driver& driver_;
  os::Token token_;
  base::Descriptor descriptor_;
};

}  // namespace ch04
