// tls_engine.hpp -- TlsEngine: TLS, by OpenSSL, between two buffers in memory, without any socket.
//
//   plaintext  --write-->  [ OpenSSL ]  --outgoing-->  bytes for the peer
//   plaintext  <--read---  [ OpenSSL ]  <--received--  bytes of the peer
//
// OpenSSL can work on a socket by itself, but then it decides when to wait. Between two memory BIOs it never
// waits: a call is done, has failed, or needs bytes of the peer first, and moving those bytes is our part
// (tls_stream.hpp). Any call may need them, a write too: the peer may ask for new keys at any moment. And any
// call, a read too, may leave something in outgoing().
//
// Thread safety: none. Lifetime: the spans of outgoing() are valid until the next call.
// Errors: certificate_error where the peer's certificate is refused, not_tls, else tls_error; unexpected_end
//   where the peer's bytes end without its close_notify: somebody may have cut them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/io/io_error.hpp"

#include "ch04_networking/https/tls_config.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace ch04 {

using namespace async;

class TlsEngine {
 public:
  // Nothing: it needs more of the peer's bytes.
  using Result = std::optional<IoResult<std::size_t>>;

  // The certificate has to be for `host`, a name or an IP address.
  [[nodiscard]] static TlsEngine client(const TlsConfig& config, const std::string& host);
  [[nodiscard]] static TlsEngine server(const TlsConfig& config);

  [[nodiscard]] Result handshake();
  // How many bytes came; 0: the peer has ended, with its close_notify.
  [[nodiscard]] Result read(std::span<std::byte> into);
  // How many of them were encrypted: at most one record's worth.
  [[nodiscard]] Result write(std::span<const std::byte> bytes);
  // Tells the peer with a close_notify that no more will come. Reading goes on. Once is enough.
  [[nodiscard]] Result close();

  // What is to be sent to the peer, and how much of it was.
  [[nodiscard]] std::span<const std::byte> outgoing() const;
  void sent(std::size_t count);

  void received(std::span<const std::byte> bytes);
  void received_end();

  // For what is not wrapped here.
  [[nodiscard]] ssl_st* handle() const { return ssl_.get(); }

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  TlsEngine(const TlsConfig& config, std::string peer);
  Result answer(int returned, std::size_t count);
  [[nodiscard]] IoError failure(int ssl_error) const;

  std::unique_ptr<ssl_st, Free> ssl_;  // owns both BIOs
  std::string peer_;                   // for messages
};

}  // namespace ch04
