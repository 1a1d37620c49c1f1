// https_tls_pair.hpp -- TlsPair: a client's and a server's TlsEngine, and the wire between them, in one test.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "ch04_networking/https/certificates.hpp"
#include "ch04_networking/https/tls_engine.hpp"

namespace ch04 {

// One issuer for all tests of the process: keys take time.
inline const Issuer& test_issuer() {
  static const Issuer issuer("the tests' issuer");
  return issuer;
}
inline TlsConfig test_client() { return TlsConfig::client(test_issuer().certificate()).value(); }
inline TlsConfig test_server(const Identity& identity) {
  return TlsConfig::server(identity.certificate, identity.key).value();
}
inline TlsConfig test_server() {
  static const Identity localhost = test_issuer().issue({"DNS:localhost", "IP:127.0.0.1"});
  return test_server(localhost);
}

class TlsPair {
 public:
  explicit TlsPair(const TlsConfig& client_config = test_client(),
                   const TlsConfig& server_config = test_server(), const std::string& host = "localhost")
      : client(TlsEngine::client(client_config, host)), server(TlsEngine::server(server_config)) {}

  // What `from` has to say goes to `to`, at most `most` bytes at a time. False if it had nothing.
  static bool carry(TlsEngine& from, TlsEngine& to,
                    std::size_t most = std::numeric_limits<std::size_t>::max()) {
    const auto bytes = from.outgoing();
    const auto part = bytes.first(std::min(most, bytes.size()));
    if (part.empty()) return false;
    to.received(part);
    from.sent(part.size());
    return true;
  }

  // Both handshakes to their end: what the client's said.
  IoResult<std::size_t> shake_hands(std::size_t most = std::numeric_limits<std::size_t>::max()) {
    TlsEngine::Result client_done, server_done;
    for (;;) {
      if (!client_done) client_done = client.handshake();
      if (!server_done) server_done = server.handshake();
      const bool to_server = carry(client, server, most);
      const bool to_client = carry(server, client, most);
      if (client_done && (!*client_done || server_done)) return *client_done;
      if (!to_server && !to_client && (client_done || server_done))
        return server_done ? *server_done : *client_done;
    }
  }

  TlsEngine client;
  TlsEngine server;
};

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace ch04
