// s7_datagrams.hpp -- messages between two processes, over a socket that has a path.
//
//   auto socket = bind_datagrams(driver, path);
//   const auto datagram = co_await receive(*socket);        // one whole message, and who has sent it
//   (void)co_await send_to(*socket, "heard", datagram->from);
//
// What is new since s6: nothing in how one waits. A datagram socket has no connections, no accept and no
// stream of bytes: what is sent in one call comes in one call, or not at all. Over a Unix socket none is lost
// and none overtakes another: the sender waits while the receiver's queue is full. And the kernel says which
// process sent it.
//
// Thread safety and lifetime: as Socket (s6_driver.hpp). Errors: values; a path that is too long says how
//   long it may be. A message of more than 4 KiB is an error, not a part of a message.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "common/future/async.hpp"
#include "common/io/unix_address.hpp"

#include "ch04_networking/s6_driver.hpp"

namespace ch04 {

struct Datagram {
  Datagram() = default;

  std::string text;
  UnixAddress from;  // where an answer would go, if the sender has a path
  pid_t process = 0;
};

// At most 107 bytes; the file must not exist, and is the caller's to remove.
[[nodiscard]] IoResult<UnixAddress> unix_path(std::string_view path);

[[nodiscard]] IoResult<Socket> bind_datagrams(Driver& driver, std::string_view path);

// The next one. May be dropped without losing any.
[[nodiscard]] Tried<Datagram> try_receive(int socket);
[[nodiscard]] inline auto receive(Socket& socket) { return socket.when_readable(&try_receive); }

// No event tells that another socket's queue has room: where it is full, this tries again every 5 ms.
[[nodiscard]] Async<IoResult<void>> send_to(Socket& socket, std::string text, UnixAddress to);

}  // namespace ch04
