// tls_stream.cpp -- who waits for what, when TLS needs the peer.
#include "ch04_networking/https/tls_stream.hpp"

#include <utility>

#include "common/future/poll_fn.hpp"

namespace ch04 {

TlsStream::TlsStream(TcpStream tcp, TlsEngine engine)
    : plain_(std::move(tcp)),
      engine_(std::move(engine)),
      received_(std::make_unique<std::byte[]>(kReceivedAtOnce)) {}

Async<IoResult<TlsStream>> TlsStream::connect(TcpStream tcp, TlsConfig config, std::string host) {
  TlsStream stream(std::move(tcp), TlsEngine::client(config, host));
  co_return co_await with_handshake(std::move(stream));
}

Async<IoResult<TlsStream>> TlsStream::accept(TcpStream tcp, TlsConfig config) {
  TlsStream stream(std::move(tcp), TlsEngine::server(config));
  co_return co_await with_handshake(std::move(stream));
}

Async<IoResult<TlsStream>> TlsStream::with_handshake(TlsStream stream) {
  const auto handshake = [&](Context& cx) {
    return stream.poll_until_done(cx, [&] { return stream.engine_.handshake(); });
  };
  const auto done = co_await poll_fn(handshake);
  if (!done) co_return std::unexpected(done.error());
  co_return std::move(stream);
}

template <class Call>
Poll<IoResult<std::size_t>> TlsStream::poll_until_done(Context& cx, Call call) {
  for (;;) {
    auto done = call();
    // What the engine has to say leaves first: the peer may be waiting for that. An alert too, which says why
    // the connection has failed.
    auto flushed = poll_flush(cx);
    if (done) return Ready(std::move(*done));
    if (flushed.is_ready() && !flushed.value()) return Ready(std::unexpected(flushed.value().error()));
    auto received = poll_receive(cx);
    if (received.is_pending()) return Pending();
    if (!received.value()) return Ready(std::unexpected(received.value().error()));
  }
}

Poll<IoResult<void>> TlsStream::poll_receive(Context& cx) {
  const std::span into(received_.get(), kReceivedAtOnce);
  auto count = plain_.poll_read(cx, into);
  if (count.is_pending()) return Pending();
  if (!count.value()) return Ready(IoResult<void>(std::unexpected(count.value().error())));
  if (*count.value() == 0) {
    engine_.received_end();  // whether it may end here, the engine knows
  } else {
    engine_.received(into.first(*count.value()));
  }
  return Ready(IoResult<void>());
}

Poll<IoResult<std::size_t>> TlsStream::poll_read(Context& cx, std::span<std::byte> into) {
  return poll_until_done(cx, [&] { return engine_.read(into); });
}

Poll<IoResult<std::size_t>> TlsStream::poll_write(Context& cx, std::span<const std::byte> bytes) {
  // What was written before leaves first. So at most one record waits here, however fast the writer is.
  auto flushed = poll_flush(cx);
  if (flushed.is_pending()) return Pending();
  if (!flushed.value()) return Ready(std::unexpected(flushed.value().error()));
  return poll_until_done(cx, [&] { return engine_.write(bytes); });
}

Poll<IoResult<void>> TlsStream::poll_flush(Context& cx) {
  for (auto bytes = engine_.outgoing(); !bytes.empty(); bytes = engine_.outgoing()) {
    auto sent = plain_.poll_write(cx, bytes);
    if (sent.is_pending()) return Pending();
    if (!sent.value()) return Ready(IoResult<void>(std::unexpected(sent.value().error())));
    engine_.sent(*sent.value());
  }
  return Ready(IoResult<void>());
}

Poll<IoResult<void>> TlsStream::poll_shutdown(Context& cx) {
  const auto closed = engine_.close();
  if (closed && !*closed) return Ready(IoResult<void>(std::unexpected(closed->error())));
  auto flushed = poll_flush(cx);
  if (flushed.is_pending()) return Pending();
  if (!flushed.value()) return flushed;
  return plain_.poll_shutdown(cx);
}

}  // namespace ch04
