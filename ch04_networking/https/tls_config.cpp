// tls_config.cpp -- how a context of OpenSSL is set up.
#include "ch04_networking/https/tls_config.hpp"

#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "common/executor/spawn_blocking.hpp"

#include "ch04_networking/https/https_error.hpp"

namespace ch04 {
namespace {

std::shared_ptr<SSL_CTX> new_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), &SSL_CTX_free);
  if (context == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A write that has to wait may be tried again with another buffer.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

std::shared_ptr<SSL_CTX> new_client_context() {
  auto context = new_context(TLS_client_method());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

std::unexpected<IoError> tls_failure(const char* what) {
  return std::unexpected(IoError(tls_error(ERR_get_error()), what));
}

// What PEM text holds, read by one of OpenSSL's PEM_read_bio functions.
template <class T, void (*Free)(T*), class ReadPem>
std::unique_ptr<T, decltype([](T* owned) { Free(owned); })> from_pem(const std::string& pem, ReadPem read) {
  ERR_clear_error();
  const std::unique_ptr<BIO, decltype(&::BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &::BIO_free);
  return {read(text.get(), nullptr, nullptr, nullptr), {}};
}

}  // namespace

Async<IoResult<TlsConfig>> TlsConfig::of_the_system() {
  auto reading = spawn_blocking(of_files_of_the_system);
  auto done = co_await reading;
  if (done) co_return std::move(*done);
  if (done.error().is_exception()) done.error().rethrow();
  co_return std::unexpected(
      IoError(std::make_error_code(std::errc::operation_canceled), "read certificates"));
}

IoResult<TlsConfig> TlsConfig::of_files_of_the_system() {
  auto context = new_client_context();
  if (SSL_CTX_set_default_verify_paths(context.get()) != 1)
    return tls_failure("read the certificates that this computer trusts");
  return TlsConfig(std::move(context));
}

IoResult<TlsConfig> TlsConfig::client(const std::string& trusted_pem) {
  auto context = new_client_context();
  const auto certificate = from_pem<X509, X509_free>(trusted_pem, PEM_read_bio_X509);
  if (certificate == nullptr ||
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate.get()) != 1)
    return tls_failure("trust a certificate");
  return TlsConfig(std::move(context));
}

IoResult<TlsConfig> TlsConfig::server(const std::string& certificate_pem, const std::string& key_pem) {
  auto context = new_context(TLS_server_method());
  const auto certificate = from_pem<X509, X509_free>(certificate_pem, PEM_read_bio_X509);
  const auto key = from_pem<EVP_PKEY, EVP_PKEY_free>(key_pem, PEM_read_bio_PrivateKey);
  if (certificate == nullptr || key == nullptr ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    return tls_failure("use a certificate and its key");
  return TlsConfig(std::move(context));
}

void TlsConfig::limit_to_tls_1_2() { SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION); }

}  // namespace ch04
