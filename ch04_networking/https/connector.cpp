// connector.cpp -- from a host's name to a stream.
#include "ch04_networking/https/connector.hpp"

#include <string>

#include "common/io/http/name_lookup.hpp"

namespace ch04 {
namespace {

Async<IoResult<TcpStream>> connect_to_first_that_answers(std::string host, std::uint16_t port) {
  const auto addresses = co_await look_up(std::move(host), port);
  if (!addresses) co_return std::unexpected(addresses.error());
  for (std::size_t i = 0;; ++i) {
    auto tcp = co_await TcpStream::connect((*addresses)[i]);
    if (tcp || i + 1 == addresses->size()) co_return tcp;
  }
}

}  // namespace

Async<IoResult<CustomStream>> CustomConnector::connect_with(TlsConfig tls, Uri uri) {
  auto tcp = co_await connect_to_first_that_answers(uri.host(), uri.port());
  if (!tcp) co_return std::unexpected(tcp.error());
  // A request is one small write; it must not wait for more to come.
  (void)tcp->set_nodelay(true);
  switch (uri.scheme()) {  // Uri knows no other
    case Uri::Scheme::http: co_return CustomStream(PlainStream(std::move(*tcp)));
    case Uri::Scheme::https: break;
  }
  auto stream = co_await TlsStream::connect(std::move(*tcp), std::move(tls), uri.host());
  if (!stream) co_return std::unexpected(stream.error());
  co_return CustomStream(std::move(*stream));
}

}  // namespace ch04
