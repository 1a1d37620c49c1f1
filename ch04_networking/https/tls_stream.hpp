// tls_stream.hpp -- TlsStream: TLS over TCP: carries the bytes between a TlsEngine and a PlainStream.
//
//   auto stream = co_await TlsStream::connect(std::move(tcp), config, "localhost");
//
// Each function asks the engine, and where that needs the peer, first sends what the engine has for it, then
// receives. Both may wait at once: whichever event comes first goes on.
//
// A write is Ready when its bytes are encrypted. They leave with it, if the system takes them, else with the
// next poll of anything; poll_flush waits until all have left.
// Cancelling: whoever stops polling a read or a write loses nothing; the stream goes on with the next one.
//
// Thread safety: one poll at a time. Reading and writing may wait at the same time, in one task: both wait
//   for the same socket with one waker each way.
// Lifetime: may be moved between two polls. Dropping it closes the connection without close_notify: the peer
//   sees that it was cut. poll_shutdown ends it properly.
// Errors: as TlsEngine, and IoError of the connection. No write raises SIGPIPE.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "common/future/async.hpp"

#include "ch04_networking/https/plain_stream.hpp"
#include "ch04_networking/https/tls_engine.hpp"

namespace ch04 {

class TlsStream {
 public:
  // Both end with the handshake.
  [[nodiscard]] static Async<IoResult<TlsStream>> connect(TcpStream tcp, TlsConfig config, std::string host);
  [[nodiscard]] static Async<IoResult<TlsStream>> accept(TcpStream tcp, TlsConfig config);

  Poll<IoResult<std::size_t>> poll_read(Context& cx, std::span<std::byte> into);
  Poll<IoResult<std::size_t>> poll_write(Context& cx, std::span<const std::byte> bytes);
  Poll<IoResult<void>> poll_flush(Context& cx);
  // Sends close_notify, then ends the TCP connection's writing. Reading goes on, to the peer's close_notify.
  Poll<IoResult<void>> poll_shutdown(Context& cx);

  [[nodiscard]] TlsEngine& engine() { return engine_; }
  [[nodiscard]] TcpStream& tcp() { return plain_.tcp(); }

 private:
  static constexpr std::size_t kReceivedAtOnce = 16 * 1024;

  TlsStream(TcpStream tcp, TlsEngine engine);

  // Calls the engine until it is done, and gives it what it needs in between.
  template <class Call>
  Poll<IoResult<std::size_t>> poll_until_done(Context& cx, Call call);
  Poll<IoResult<void>> poll_receive(Context& cx);
  static Async<IoResult<TlsStream>> with_handshake(TlsStream stream);

  PlainStream plain_;
  TlsEngine engine_;
  std::unique_ptr<std::byte[]> received_;  // kReceivedAtOnce of them
};

}  // namespace ch04
