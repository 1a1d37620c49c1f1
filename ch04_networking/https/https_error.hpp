// https_error.hpp -- what can go wrong on the way to a reply, as error codes, each with its sentence.
//
// They come in an IoError, which says what was tried:
// "check the certificate of localhost: the certificate has expired".
//
// Thread safety: values and functions without state.
#pragma once

#include <system_error>

namespace ch04 {

// What this code itself finds wrong.
enum class HttpsErrc {
  bad_uri = 1,         // no URI at all: no scheme, a space in it
  unsupported_scheme,  // ftp://
  missing_host,        // http:///path
  bad_port,            // http://host:99999
  not_tls,             // https:// to a server that speaks something else
  reply_cut,           // the stream ended before the reply was complete
  no_end_of_headers,   // more headers than anybody should send
  body_too_long,       // more body than was asked for
  bad_chunk,           // a chunk size that is none, or that no number holds
  not_http,            // what came is no HTTP
  took_too_long,       // the other side fell silent
};

[[nodiscard]] std::error_code make_error_code(HttpsErrc code);

// Why a certificate was refused: a number of OpenSSL's X509_V_ERR_*.
[[nodiscard]] std::error_code certificate_error(long verify_result);

// What OpenSSL says of the TLS protocol: a number of ERR_get_error().
[[nodiscard]] std::error_code tls_error(unsigned long openssl_error);

}  // namespace ch04
