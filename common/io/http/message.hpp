// message.hpp -- http::Request and http::Response: what is sent, and what came.
//
// Each knows its first line, in both directions, and what its body is like if no header says so; the rest
// is the same for both (message_parser.hpp).
// Thread safety: values.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "common/io/http/fields.hpp"
#include "common/io/http/http_error.hpp"
#include "common/io/http/url.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

// What a message without Content-Length and without chunks has for a body.
enum class Unsized { no_body, until_the_end };

namespace detail {

// "HTTP/1.1", and nothing but 1.0 and 1.1: the digit behind the point.
[[nodiscard]] inline std::optional<Errc> parse_version(std::string_view text, int& minor) {
  if (!text.starts_with("HTTP/")) return Errc::bad_start_line;
  if (text != "HTTP/1.0" && text != "HTTP/1.1") return Errc::unsupported_version;
  minor = text.back() - '0';
  return std::nullopt;
}

}  // namespace detail

struct Request {
  Request() = default;

  // Asks for the connection to be closed behind the reply.
  [[nodiscard]] static Request get(const Url& url) {
    Request request;
    request.method = "GET";
    request.target = url.target();
    request.fields.add("Host", url.authority());
    request.fields.add("Accept", "*/*");
    request.fields.add("Connection", "close");
    return request;
  }

  // Without a body: a GET has none.
  [[nodiscard]] std::string to_text() const {
    return method + " " + target + " HTTP/1.1\r\n" + fields.to_text() + "\r\n";
  }

  // "GET /posts/1 HTTP/1.1". For the parser: nothing if it is right.
  [[nodiscard]] std::optional<Errc> parse_start_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last) return Errc::bad_start_line;
    method = line.substr(0, first);
    target = line.substr(first + 1, last - first - 1);
    if (!is_token(method) || target.empty() || target.contains(' ')) return Errc::bad_start_line;
    return detail::parse_version(line.substr(last + 1), minor_version);
  }

  [[nodiscard]] static bool has_no_body() { return false; }
  static constexpr Unsized kUnsized = Unsized::no_body;

  std::string method;
  std::string target;
  int minor_version = 1;
  Fields fields;
  std::string body;
};

struct Response {
  Response() = default;
  explicit Response(int status_, std::string reason_, std::string body_ = {})
      : status(status_), reason(std::move(reason_)), body(std::move(body_)) {}

  [[nodiscard]] bool is_success() const { return status >= 200 && status < 300; }

  // With the body and its length, unless the status allows none. The header for it is not to be in `fields`.
  // Errors: std::invalid_argument for a reason that would break the message in two.
  [[nodiscard]] std::string to_text() const {
    if (!is_one_line(reason)) throw std::invalid_argument("a reply's reason is one line: not " + reason);
    const std::string head = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n" + fields.to_text();
    if (has_no_body()) return head + "\r\n";
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  // "HTTP/1.1 200 OK"; the words at the end may be missing. For the parser: nothing if it is right.
  [[nodiscard]] std::optional<Errc> parse_start_line(std::string_view line) {
    const auto space = line.find(' ');
    if (const auto wrong = detail::parse_version(line.substr(0, space), minor_version)) return wrong;
    if (space == line.npos) return Errc::bad_start_line;
    const auto rest = line.substr(space + 1);
    const auto code = rest.substr(0, rest.find(' '));
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), status);
    if (code.size() != 3 || error != std::errc() || end != code.data() + code.size() || status < 100)
      return Errc::bad_start_line;
    reason = rest.size() > code.size() ? rest.substr(code.size() + 1) : std::string_view();
    return std::nullopt;
  }

  // Whatever its headers say.
  [[nodiscard]] bool has_no_body() const { return status < 200 || status == 204 || status == 304; }
  static constexpr Unsized kUnsized = Unsized::until_the_end;

  int status = 0;
  std::string reason;
  int minor_version = 1;
  Fields fields;
  std::string body;
};

}  // namespace async::inline ASYNC_FLAVOUR::http
