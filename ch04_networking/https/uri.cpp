// uri.cpp -- how a URI is taken apart.
#include "ch04_networking/https/uri.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <charconv>
#include <optional>

#include "ch04_networking/https/https_error.hpp"

namespace ch04 {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t usual_port(Uri::Scheme scheme) { return scheme == Uri::Scheme::http ? kHttpPort : kHttpsPort; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// A line end in a target would let its author write headers of the request; a zero would cut a host's name.
bool has_only_visible_characters(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_ipv6(std::string_view text) {
  in6_addr address;
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

// For a message: a name and a password in front of the host are nobody's business.
std::string without_secret(std::string_view text) {
  const auto scheme_end = text.find("://");
  const auto begin = scheme_end == text.npos ? 0 : scheme_end + 3;
  const auto at = text.substr(0, text.find_first_of("/?#", begin)).rfind('@');
  if (at == text.npos || at < begin) return std::string(text);
  return std::string(text.substr(0, begin)) + "..." + std::string(text.substr(at));
}

// "[::1]:8443" or "host:80": what is in front of the port, and the port's text with its colon.
struct HostAndPort {
  explicit HostAndPort(std::string_view authority) {
    const bool has_brackets = authority.starts_with('[');
    const auto host_end = has_brackets ? authority.find(']') : authority.find(':');
    if (has_brackets) {
      const bool is_closed = host_end != authority.npos;
      host = authority.substr(1, is_closed ? host_end - 1 : authority.npos);
      port = is_closed ? authority.substr(host_end + 1) : std::string_view();
      is_good = is_closed && is_ipv6(host);
    } else {
      host = authority.substr(0, host_end);
      port = host_end == authority.npos ? std::string_view() : authority.substr(host_end);
    }
  }

  std::string_view host;
  std::string_view port;
  bool is_good = true;  // else there are brackets, and no IPv6 address in them
};

}  // namespace

IoResult<Uri> Uri::parse(std::string_view text) {
  const auto failure = [&](HttpsErrc code) {
    return std::unexpected(IoError(make_error_code(code), "\"" + without_secret(text) + "\""));
  };
  const auto scheme_end = text.find("://");
  if (scheme_end == 0 || scheme_end == text.npos || !has_only_visible_characters(text))
    return failure(HttpsErrc::bad_uri);

  Uri uri;
  const std::string scheme = lower_case(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return failure(HttpsErrc::unsupported_scheme);
  uri.scheme_ = scheme == "http" ? Scheme::http : Scheme::https;

  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, authority_end);
  // A name and a password in front of the host ("user@") would have to be sent as a header: not here.
  if (authority.contains('@')) return failure(HttpsErrc::bad_uri);
  const HostAndPort parts(authority);
  if (!parts.is_good) return failure(HttpsErrc::bad_uri);
  if (parts.host.empty()) return failure(HttpsErrc::missing_host);
  uri.host_ = lower_case(parts.host);
  uri.port_ = usual_port(uri.scheme_);
  if (!parts.port.empty() && parts.port != ":") {
    const auto port = parts.port.front() == ':' ? parse_port(parts.port.substr(1)) : std::nullopt;
    if (!port) return failure(HttpsErrc::bad_port);
    uri.port_ = *port;
  }
  const std::string_view target = rest.substr(authority_end);
  uri.target_ = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return uri;
}

std::string Uri::authority() const {
  const std::string host = host_.contains(':') ? "[" + host_ + "]" : host_;
  return port_ == usual_port(scheme_) ? host : host + ":" + std::to_string(port_);
}

std::string Uri::to_string() const {
  return (scheme_ == Scheme::http ? "http://" : "https://") + authority() + target_;
}

}  // namespace ch04
