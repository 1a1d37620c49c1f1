// https_error.cpp -- the sentences of https_error.hpp.
#include "ch04_networking/https/https_error.hpp"

#include <cstdint>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string>

namespace ch04 {
namespace {

class HttpsCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "https"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (static_cast<HttpsErrc>(code)) {
      case HttpsErrc::bad_uri:
        return "not a URI: expected http://HOST[:PORT]/PATH or https://..., without spaces";
      case HttpsErrc::unsupported_scheme: return "unsupported scheme: only http and https are known here";
      case HttpsErrc::missing_host: return "cannot parse host: the URI names none";
      case HttpsErrc::bad_port: return "not a port: expected a number from 1 to 65535";
      case HttpsErrc::not_tls:
        return "the other side does not speak TLS (is it http:// instead of https://?)";
      case HttpsErrc::reply_cut: return "the reply was cut: the stream ended before all of it had come";
      case HttpsErrc::no_end_of_headers: return "the headers do not end within the limit";
      case HttpsErrc::body_too_long: return "the body is longer than the limit";
      case HttpsErrc::bad_chunk: return "a chunk of the body is malformed, or its size too large";
      case HttpsErrc::not_http: return "what came is no HTTP reply";
      case HttpsErrc::took_too_long: return "no complete reply within the time limit";
    }
    return "unknown";
  }
};

class CertificateCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "certificate"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (code) {
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH: return "the certificate is for another host";
      case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate has expired";
      case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the certificate is not valid yet (is the clock of this computer right?)";
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "the certificate comes from an issuer that is not trusted here (SSL_CERT_FILE may name a file "
               "with more issuers)";
      default: return X509_verify_cert_error_string(code);
    }
  }
};

class TlsCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "tls"; }
  [[nodiscard]] std::string message(int code) const override {
    const auto error = static_cast<unsigned long>(static_cast<std::uint32_t>(code));
    const char* const text = ERR_reason_error_string(error);
    return text != nullptr ? text : "a fault in TLS";
  }
};

}  // namespace

std::error_code make_error_code(HttpsErrc code) {
  static const HttpsCategory category;
  return {static_cast<int>(code), category};
}

std::error_code certificate_error(long verify_result) {
  static const CertificateCategory category;
  return {static_cast<int>(verify_result), category};
}

std::error_code tls_error(unsigned long openssl_error) {
  static const TlsCategory category;
  return {static_cast<int>(static_cast<std::uint32_t>(openssl_error)), category};
}

}  // namespace ch04
