// http_error.hpp -- http::Errc: what is wrong with a URL, or with a message that came.
//
// As the code of an IoError (`error.code() == http::Errc::ended_in_body`), so that whoever talks HTTP has
// one kind of error: the system's and these.
// Thread safety: values.
#pragma once

#include <string>
#include <system_error>
#include <type_traits>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

enum class Errc {
  bad_url = 1,
  unsupported_scheme,
  bad_start_line,
  unsupported_version,
  bad_line,
  bad_field,
  line_too_long,
  too_many_fields,
  bad_length,
  unsupported_coding,
  bad_chunk_size,
  chunk_size_overflow,
  bad_chunk_end,
  body_too_large,
  too_many_interim,
  unasked_upgrade,
  no_reply,
  ended_in_head,
  ended_in_body,
};

namespace detail {

class ErrorCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "async http"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::bad_url: return "not a URL: expected http://HOST[:PORT][/PATH], in printable ASCII";
      case Errc::unsupported_scheme: return "only http:// is supported here (chapter 4 has https://)";
      case Errc::bad_start_line: return "the first line is not one of HTTP";
      case Errc::unsupported_version: return "only HTTP/1.0 and HTTP/1.1 are understood";
      case Errc::bad_line: return "a line has control characters, or does not end with CR LF";
      case Errc::bad_field: return "a header line is not of the form NAME: VALUE";
      case Errc::line_too_long: return "a line is longer than the limit";
      case Errc::too_many_fields: return "there are more header lines than the limit";
      case Errc::bad_length: return "the length of the body is not one number, or contradicts the chunks";
      case Errc::unsupported_coding: return "a Transfer-Encoding other than chunked";
      case Errc::bad_chunk_size: return "the size of a chunk is no hexadecimal number";
      case Errc::chunk_size_overflow: return "the size of a chunk does not fit into 64 bits";
      case Errc::bad_chunk_end: return "a chunk is not followed by CR LF";
      case Errc::body_too_large: return "the body is larger than the limit";
      case Errc::too_many_interim: return "more than 8 interim replies came (status 1xx)";
      case Errc::unasked_upgrade: return "the other side changed the protocol without being asked";
      case Errc::no_reply: return "the connection ended without a reply";
      case Errc::ended_in_head: return "the stream ended in the middle of the headers";
      case Errc::ended_in_body: return "the stream ended in the middle of the body";
    }
    return "unknown";
  }
};

}  // namespace detail

[[nodiscard]] inline std::error_code make_error_code(Errc code) {
  static const detail::ErrorCategory category;
  return {static_cast<int>(code), category};
}

}  // namespace async::inline ASYNC_FLAVOUR::http

template <>
struct std::is_error_code_enum<async::http::Errc> : std::true_type {};
