// uri.hpp -- Uri: the parts of http://HOST[:PORT]/PATH?QUERY that a client needs.
//
//   const auto uri = Uri::parse("https://[::1]:8443/a?b=1#c");   // host "::1", port 8443, target "/a?b=1"
//
// Thread safety: a value. Errors: bad_uri, unsupported_scheme, missing_host, bad_port (https_error.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/io/io_error.hpp"

namespace ch04 {

using namespace async;

class Uri {
 public:
  enum class Scheme : std::uint8_t { http, https };

  [[nodiscard]] static IoResult<Uri> parse(std::string_view text);

  [[nodiscard]] Scheme scheme() const { return scheme_; }
  [[nodiscard]] const std::string& host() const { return host_; }      // without the brackets of IPv6
  [[nodiscard]] std::uint16_t port() const { return port_; }           // 80 or 443 where the URI names none
  [[nodiscard]] const std::string& target() const { return target_; }  // path and query; at least "/"

  // As the header Host wants it: with brackets, and with the port if it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  // Without the fragment, which no server is told.
  [[nodiscard]] std::string to_string() const;

 private:
  Uri() = default;

  Scheme scheme_ = Scheme::http;
  std::string host_;
  std::uint16_t port_ = 0;
  std::string target_;
};

}  // namespace ch04
