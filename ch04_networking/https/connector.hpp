// connector.hpp -- CustomConnector: makes a CustomStream from a URI. The book's `call`.
//
//   const auto trusted = co_await TlsConfig::of_the_system();
//   const CustomConnector connector(*trusted);
//   auto stream = co_await connector.connect(uri);
//
// It looks the host up (on the blocking pool), connects to its addresses one after the other until one
// answers, and for https does the handshake.
//
// Thread safety: a value. Cancelling: dropping the future gives everything up; a lookup that has begun ends
//   unheard.
// Errors: those of common/io/http/name_lookup.hpp and tls_engine.hpp; where no address answers, the last
//   one's.
#pragma once

#include <utility>

#include "common/future/async.hpp"

#include "ch04_networking/https/custom_stream.hpp"
#include "ch04_networking/https/tls_config.hpp"
#include "ch04_networking/https/uri.hpp"

namespace ch04 {

class CustomConnector {
 public:
  explicit CustomConnector(TlsConfig tls) : tls_(std::move(tls)) {}

  [[nodiscard]] Async<IoResult<CustomStream>> connect(Uri uri) const {
    return connect_with(tls_, std::move(uri));
  }

 private:
  // Static: a coroutine that outlives the connector must not refer to it.
  static Async<IoResult<CustomStream>> connect_with(TlsConfig tls, Uri uri);

  TlsConfig tls_;
};

}  // namespace ch04
