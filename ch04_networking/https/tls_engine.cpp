// tls_engine.cpp -- the calls of OpenSSL.
#include "ch04_networking/https/tls_engine.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <utility>

#include "common/base/check.hpp"

#include "ch04_networking/https/https_error.hpp"

namespace ch04 {
namespace {

constexpr std::size_t kRecord = 16 * 1024;  // the most plaintext that one TLS record holds

bool is_ip_address(const std::string& host) {
  in6_addr any{};
  return ::inet_pton(AF_INET, host.c_str(), &any) == 1 || ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

}  // namespace

void TlsEngine::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsEngine::TlsEngine(const TlsConfig& config, std::string peer)
    : ssl_(SSL_new(config.context())), peer_(std::move(peer)) {
  BIO* const incoming = BIO_new(BIO_s_mem());
  BIO* const outgoing = BIO_new(BIO_s_mem());
  if (ssl_ == nullptr || incoming == nullptr || outgoing == nullptr) {
    BIO_free(incoming);
    BIO_free(outgoing);
    throw std::bad_alloc();
  }
  SSL_set_bio(ssl_.get(), incoming, outgoing);  // it owns them now
  // Empty means "not yet", until received_end() says that it is the end.
  BIO_set_mem_eof_return(incoming, -1);
}

TlsEngine TlsEngine::client(const TlsConfig& config, const std::string& host) {
  TlsEngine engine(config, host);
  SSL* const ssl = engine.handle();
  int done = 0;
  if (is_ip_address(host)) {
    done = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    // The name goes to the server too, which may have a certificate for each of its names.
    done = SSL_set1_host(ssl, host.c_str()) == 1
               ? static_cast<int>(SSL_set_tlsext_host_name(ssl, host.c_str()))
               : 0;
  }
  if (done != 1) throw std::bad_alloc();
  SSL_set_connect_state(ssl);
  return engine;
}

TlsEngine TlsEngine::server(const TlsConfig& config) {
  TlsEngine engine(config, "a client");
  SSL_set_accept_state(engine.handle());
  return engine;
}

TlsEngine::Result TlsEngine::handshake() {
  ERR_clear_error();
  return answer(SSL_do_handshake(ssl_.get()), 0);
}

TlsEngine::Result TlsEngine::read(std::span<std::byte> into) {
  if (into.empty()) return 0;
  ERR_clear_error();
  std::size_t count = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
  return answer(returned, count);
}

TlsEngine::Result TlsEngine::write(std::span<const std::byte> bytes) {
  if (bytes.empty()) return 0;
  ERR_clear_error();
  std::size_t count = 0;
  const int returned = SSL_write_ex(ssl_.get(), bytes.data(), std::min(bytes.size(), kRecord), &count);
  return answer(returned, count);
}

TlsEngine::Result TlsEngine::close() {
  // A second call would wait for the peer's close_notify. Who wants that one reads until 0.
  if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return 0;
  ERR_clear_error();
  const int returned = SSL_shutdown(ssl_.get());
  return answer(returned == 0 ? 1 : returned, 0);  // 0: the peer's has not come yet
}

std::span<const std::byte> TlsEngine::outgoing() const {
  char* first = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &first);
  return std::as_bytes(std::span(first, size > 0 ? static_cast<std::size_t>(size) : 0));
}

void TlsEngine::sent(std::size_t count) {
  std::array<std::byte, 4096> thrown_away;
  while (count != 0) {
    const auto part = static_cast<int>(std::min(count, thrown_away.size()));
    ASYNC_CHECK(BIO_read(SSL_get_wbio(ssl_.get()), thrown_away.data(), part) == part,
                "more was sent than there was to send");
    count -= static_cast<std::size_t>(part);
  }
}

void TlsEngine::received(std::span<const std::byte> bytes) {
  std::size_t count = 0;
  const int written = BIO_write_ex(SSL_get_rbio(ssl_.get()), bytes.data(), bytes.size(), &count);
  if (written != 1 || count != bytes.size()) throw std::bad_alloc();
}

void TlsEngine::received_end() { BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), 0); }

TlsEngine::Result TlsEngine::answer(int returned, std::size_t count) {
  if (returned == 1) return count;
  switch (const int error = SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return std::nullopt;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: return std::unexpected(failure(error));
  }
}

IoError TlsEngine::failure(int ssl_error) const {
  const unsigned long error = ERR_get_error();
  const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING || (ssl_error == SSL_ERROR_SYSCALL && error == 0))
    return {make_error_code(IoErrc::unexpected_end), "TLS with " + peer_};
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)
    return {make_error_code(HttpsErrc::not_tls), "TLS with " + peer_};
  const long verified = SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK && !SSL_is_init_finished(ssl_.get()))
    return {certificate_error(verified), "check the certificate of " + peer_};
  return {tls_error(error), "TLS with " + peer_};
}

}  // namespace ch04
