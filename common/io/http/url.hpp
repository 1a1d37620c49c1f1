// url.hpp -- http::Url: where a request goes, taken from a text.
//
//   const auto url = http::Url::parse("http://127.0.0.1:8080/posts/1?x=y");
//
// What stands behind a # stays here: it is none of the server's business. A user and password in front of
// the host are refused: they would travel in plain text.
// Thread safety: a value. Errors: IoError with the text; http::Errc::bad_url or unsupported_scheme.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/io/http/http_error.hpp"
#include "common/io/http/text.hpp"
#include "common/io/io_error.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

class Url {
 public:
  static constexpr std::uint16_t kDefaultPort = 80;

  [[nodiscard]] static IoResult<Url> parse(std::string_view text) {
    const auto refused = [&](Errc why) {
      return async::detail::io_failure(make_error_code(why), "\"" + std::string(text) + "\"");
    };
    const auto colon = text.find("://");
    const auto scheme = text.substr(0, colon);
    if (colon == text.npos || !is_scheme(scheme) || !std::ranges::all_of(text, is_visible))
      return refused(Errc::bad_url);
    if (!equal_ignoring_case(scheme, "http")) return refused(Errc::unsupported_scheme);
    const auto rest = text.substr(colon + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    auto target = rest.substr(authority.size());
    target = target.substr(0, target.find('#'));
    Url url;
    if (!url.set_authority(authority)) return refused(Errc::bad_url);
    url.target_ = (target.starts_with('/') ? "" : "/") + std::string(target);
    return url;
  }

  // A name, or an address; IPv6 without its brackets.
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Path and query, as the server gets them.
  [[nodiscard]] const std::string& target() const { return target_; }

  // As it stands in a URL and in the header Host; the port only where it is not 80.
  [[nodiscard]] std::string authority() const {
    return bracketed_host() + (port_ == kDefaultPort ? "" : ":" + std::to_string(port_));
  }

 private:
  Url() = default;

  static bool is_of_a_scheme(char c) {
    return is_digit(c) || is_letter(c) || c == '+' || c == '-' || c == '.';
  }
  static bool is_scheme(std::string_view text) {
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_of_a_scheme);
  }
  static bool is_visible(char c) { return c > ' ' && c < '\x7f'; }
  static bool is_of_a_name(char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_'; }
  static bool is_of_ipv6(char c) { return is_hex_digit(c) || c == ':' || c == '.'; }

  [[nodiscard]] bool set_authority(std::string_view text) {
    is_ipv6_ = text.starts_with('[');
    const auto end = is_ipv6_ ? text.find(']') : text.find(':');
    if (is_ipv6_ && end == text.npos) return false;
    host_ = is_ipv6_ ? text.substr(1, end - 1) : text.substr(0, end);
    if (host_.empty() || !std::ranges::all_of(host_, is_ipv6_ ? is_of_ipv6 : is_of_a_name)) return false;
    const auto rest = text.substr(is_ipv6_ ? end + 1 : host_.size());
    return rest.empty() || (rest.front() == ':' && set_port(rest.substr(1)));
  }

  [[nodiscard]] bool set_port(std::string_view text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port_);
    return error == std::errc() && end == text.data() + text.size() && port_ != 0;
  }

  [[nodiscard]] std::string bracketed_host() const { return is_ipv6_ ? "[" + host_ + "]" : host_; }

  std::string host_;
  std::string target_;
  std::uint16_t port_ = kDefaultPort;
  bool is_ipv6_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR::http
