// s1_https_get.hpp -- 4.1: a foreign HTTP library on our own runtime; and the demos' servers.
//
// The book takes hyper, which wants an executor, a connector and a stream. Here it is Boost.Beast, which
// wants the same of Asio's requirements. Read in this order:
//
//   (a) https/custom_stream.hpp, connector.hpp: a stream, plain or TLS, made from a URI; nothing of Asio
//   (b) https/polled_context.hpp, as_future.hpp, asio_stream.hpp: the bridge: executor, token, stream
//   (c) https/https_get.cpp: the GET: the one file that includes Beast
#pragma once

#include <optional>
#include <string>

#include "common/future/async.hpp"

#include "ch04_networking/executor.hpp"
#include "ch04_networking/https/certificates.hpp"
#include "ch04_networking/https/https_get.hpp"
#include "ch04_networking/https/scripted_server.hpp"

namespace ch04 {

// A server on loopback for http and one for https, as tasks of `executor`, and a connector that trusts them.
class Site {
 public:
  // Throws std::runtime_error where the system has no port for it.
  Site(Executor& executor, const Script& script);

  [[nodiscard]] std::string http(const std::string& target, const std::string& host = "localhost") const;
  [[nodiscard]] std::string https(const std::string& target, const std::string& host = "localhost") const;
  [[nodiscard]] const SocketAddress& http_address() const { return http_; }
  [[nodiscard]] const CustomConnector& connector() const { return connector_; }

  // One more server for https, with this certificate: its URI for "localhost".
  [[nodiscard]] std::string start_https(const Identity& identity, const Script& script);
  // The one whom the connector trusts.
  [[nodiscard]] const Issuer& issuer() const { return issuer_; }

 private:
  [[nodiscard]] SocketAddress start(std::optional<TlsConfig> tls, const Script& script);

  Executor* executor_;
  Issuer issuer_{"the issuer of this run"};
  CustomConnector connector_;
  SocketAddress http_;
  SocketAddress https_;
};

}  // namespace ch04
