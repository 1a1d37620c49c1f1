// sockets.hpp -- the system calls on sockets that this chapter makes; none of them blocks.
//
// Each answers in one of three ways: done; "would block", which is no error but the question whether to wait
// (a Tried without a value); or failed, with what was tried and why. A signal that interrupts a call is
// nobody's business: it is made again.
//
// Thread safety and lifetime: functions without state; they borrow descriptors, but for those they return.
#pragma once

#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "common/base/descriptor.hpp"
#include "common/io/io_error.hpp"
#include "common/io/socket_address.hpp"

namespace ch04 {

using namespace async;

// Nothing: the call would block.
template <class T>
using Tried = IoResult<std::optional<T>>;

struct Done {};

// Makes the call again where a signal came in between.
template <class Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0 || errno != EINTR) return answer;
  }
}

// The system call that has just failed, as an error: "read: Connection reset by peer".
[[nodiscard]] std::unexpected<IoError> failed(const std::string& what);

// Port 0: the system chooses one, see local_address. Up to 1,024 connections may wait to be accepted.
[[nodiscard]] IoResult<base::Descriptor> listen_on(const SocketAddress& address);
[[nodiscard]] IoResult<SocketAddress> local_address(int socket);
// A port on which nobody listens, as long as this lives: whoever connects to it is refused. (A port that was
// given back may be somebody else's at once.)
[[nodiscard]] IoResult<base::Descriptor> hold_port(const SocketAddress& address);

// The next connection, if there is one. One that died in the queue is passed over.
[[nodiscard]] Tried<base::Descriptor> try_accept(int listener);
// Whether an accept failed because the program, or the system, has no descriptors or memory left. The
// connection waits in the queue: try again later.
[[nodiscard]] bool is_exhaustion(const IoError& error);

// Begins to connect. The socket becomes writable when that has worked, or failed: then try_finish_connecting.
[[nodiscard]] IoResult<base::Descriptor> start_connecting(const SocketAddress& address);
[[nodiscard]] Tried<Done> try_finish_connecting(int socket);

// How many bytes; 0: the other side has ended.
[[nodiscard]] Tried<std::size_t> try_read(int socket, std::span<char> into);
// How many bytes went through, perhaps not all. Never raises SIGPIPE.
[[nodiscard]] Tried<std::size_t> try_write(int socket, std::string_view bytes);

// Says that nothing more will be sent. Fails only where the connection is gone: then there is nobody to tell.
void end_writing(int socket);

// Lets this process have so many descriptors open at once; says how many are allowed, if they are fewer.
[[nodiscard]] IoResult<void> allow_descriptors(std::size_t count);

}  // namespace ch04
