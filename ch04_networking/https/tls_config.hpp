// tls_config.hpp -- TlsConfig: whom a client trusts, or who a server is.
//
//   const auto config = co_await TlsConfig::of_the_system();     // the issuers that this computer trusts
//   const auto own = TlsConfig::client(issuer_as_pem);           // this one alone
//
// The first use of OpenSSL in a program reads its configuration, and of_the_system() reads certificates: both
// block, so of_the_system() does it on the blocking pool. (Where the system keeps its certificates in a
// folder, OpenSSL looks one up during a handshake: a short read of a local file, in the task's thread.)
//
// Thread safety: a value; copies share one immutable context of OpenSSL. Lifetime: its connections keep it
//   alive.
// Errors: tls_error for text that is no certificate, and for a key that does not belong to it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace ch04 {

using namespace async;

class TlsConfig {
 public:
  [[nodiscard]] static Async<IoResult<TlsConfig>> of_the_system();
  [[nodiscard]] static IoResult<TlsConfig> client(const std::string& trusted_pem);
  [[nodiscard]] static IoResult<TlsConfig> server(const std::string& certificate_pem,
                                                  const std::string& key_pem);

  // No protocol above TLS 1.2: to try what 1.3 has abolished.
  void limit_to_tls_1_2();

  [[nodiscard]] ssl_ctx_st* context() const { return context_.get(); }

 private:
  explicit TlsConfig(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  [[nodiscard]] static IoResult<TlsConfig> of_files_of_the_system();

  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace ch04
