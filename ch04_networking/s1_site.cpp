// s1_site.cpp -- the servers on loopback of 4.1 and 4.2.
#include <utility>

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/s1_https_get.hpp"

namespace ch04 {

Site::Site(Executor& executor, const Script& script)
    : executor_(&executor), connector_(value_of(TlsConfig::client(issuer_.certificate()))) {
  const Identity own = issuer_.issue({"DNS:localhost", "IP:127.0.0.1"});
  http_ = start(std::nullopt, script);
  https_ = start(value_of(TlsConfig::server(own.certificate, own.key)), script);
}

SocketAddress Site::start(std::optional<TlsConfig> tls, const Script& script) {
  return value_of(start_server(std::move(tls), script, [executor = executor_](Async<> connection) {
    executor->spawn_task(std::move(connection)).detach();
  }));
}

std::string Site::start_https(const Identity& identity, const Script& script) {
  const SocketAddress address =
      start(value_of(TlsConfig::server(identity.certificate, identity.key)), script);
  return "https://localhost:" + std::to_string(address.port()) + "/";
}

std::string Site::http(const std::string& target, const std::string& host) const {
  return "http://" + host + ":" + std::to_string(http_.port()) + target;
}
std::string Site::https(const std::string& target, const std::string& host) const {
  return "https://" + host + ":" + std::to_string(https_.port()) + target;
}

}  // namespace ch04
