// s6_http_request.cpp -- the request line, the header lines, and what is refused in them.
#include "ch04_networking/s6_http_request.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ch04 {
namespace {

using Checked = std::expected<void, BadRequest>;

std::unexpected<BadRequest> refused(int status, std::string why) {
  return std::unexpected(BadRequest(status, std::move(why)));
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
  });
}

// No spaces, no control characters: what is left of a line can neither hide a line end nor end too early.
bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}
bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7f); });
}

bool equal_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether one of the words between commas is this one.
bool lists(std::string_view value, std::string_view word) {
  for (;;) {
    const auto comma = value.find(',');
    if (equal_in_any_case(without_spaces(value.substr(0, comma)), word)) return true;
    if (comma == value.npos) return false;
    value.remove_prefix(comma + 1);
  }
}

// Takes the first line off, which ends with \r\n.
std::string_view take_line(std::string_view& lines) {
  const auto end = lines.find("\r\n");
  const std::string_view line = lines.substr(0, end);
  lines.remove_prefix(end + 2);
  return line;
}

// What the lines say, beyond the Request itself.
struct Head {
  Request request;
  bool is_version_1_0 = false;
  int hosts = 0;
  std::optional<std::string> length;
};

Checked read_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last) return refused(400, "the first line is not METHOD TARGET VERSION");
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(method) || !is_visible(target))
    return refused(400, "the first line is not METHOD TARGET VERSION");
  head.is_version_1_0 = version == "HTTP/1.0";
  if (!head.is_version_1_0 && version != "HTTP/1.1") {
    if (version.starts_with("HTTP/")) return refused(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    return refused(400, "the first line is not METHOD TARGET VERSION");
  }
  if (method != "GET" && method != "HEAD") return refused(405, "only GET and HEAD are known here");
  if (!target.starts_with('/')) return refused(400, "the target does not begin with /");
  head.request.method = method;
  head.request.target = target;
  head.request.keeps_alive = !head.is_version_1_0;
  return {};
}

Checked read_header_line(std::string_view line, Head& head) {
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) {
    return refused(400, "a header line is not NAME: VALUE");
  }
  const auto name = line.substr(0, colon);
  const auto value = without_spaces(line.substr(colon + 1));
  if (!is_value(value)) return refused(400, "a header's value has control characters");
  if (equal_in_any_case(name, "Host")) {
    ++head.hosts;
  } else if (equal_in_any_case(name, "Connection")) {
    if (lists(value, "close")) head.request.keeps_alive = false;
    if (lists(value, "keep-alive") && !lists(value, "close")) head.request.keeps_alive = true;
  } else if (equal_in_any_case(name, "Transfer-Encoding")) {
    return refused(400, "a request with a body is not expected here");
  } else if (equal_in_any_case(name, "Content-Length")) {
    if (value.empty() || value.find_first_not_of("0123456789") != value.npos) {
      return refused(400, "Content-Length is not a number");
    }
    if (head.length && *head.length != value) return refused(400, "two different Content-Length");
    head.length = value;
  }
  return {};
}

// `lines` are those up to the empty one, without it.
std::expected<Request, BadRequest> read_head(std::string_view lines) {
  Head head;
  if (const auto read = read_request_line(take_line(lines), head); !read)
    return std::unexpected(read.error());
  while (!lines.empty()) {
    if (const auto read = read_header_line(take_line(lines), head); !read)
      return std::unexpected(read.error());
  }
  if (head.length && head.length->find_first_not_of('0') != std::string::npos) {
    return refused(400, "a request with a body is not expected here");
  }
  if (head.hosts > 1 || (head.hosts == 0 && !head.is_version_1_0)) {
    return refused(400, "exactly one Host header is expected");
  }
  return std::move(head.request);
}

}  // namespace

void RequestReader::feed(std::string_view bytes) {
  // What was handed out goes here, once for each feed: not once for each request in it.
  bytes_.erase(0, at_);
  searched_ -= at_;
  at_ = 0;
  bytes_.append(bytes);
}

std::expected<std::optional<Request>, BadRequest> RequestReader::next() {
  // An empty line before a request is passed over: some clients end the request before with one too many.
  while (std::string_view(bytes_).substr(at_).starts_with("\r\n")) at_ += 2;
  searched_ = std::max(searched_, at_);

  const auto end = bytes_.find("\r\n\r\n", searched_);
  const std::size_t length = (end == bytes_.npos ? bytes_.size() : end + 4) - at_;
  if (length > kLongestHead) {
    return refused(431, "the head of a request is longer than " + std::to_string(kLongestHead) + " bytes");
  }
  if (end == bytes_.npos) {
    searched_ = std::max(at_, bytes_.size() - std::min<std::size_t>(bytes_.size(), 3));
    return std::nullopt;
  }
  auto request = read_head(std::string_view(bytes_).substr(at_, end + 2 - at_));
  if (!request)
    return std::unexpected(std::move(request.error()));  // it stays there: the next call says the same
  at_ = searched_ = end + 4;
  return *std::move(request);
}

}  // namespace ch04
