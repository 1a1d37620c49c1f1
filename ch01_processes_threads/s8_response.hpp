// s8_response.hpp -- Response: what the delayed fetch gives, taken from JSON.
//
// The book lets serde derive this. Here is as much JSON as it takes: the members of one object; those that
// are not asked for are passed over, but must be right. The url may have no \u, and a name with an escape
// is nobody's that is asked for.
//
// Thread safety: functions without state. Errors: in words, with the position.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace ch01 {

struct Response {
  std::string url;
  std::string args;  // any JSON, as it came
};

[[nodiscard]] std::expected<Response, std::string> parse_response(std::string_view json);

// Response { url: "http://...", args: {} }
[[nodiscard]] std::string to_text(const Response& response);

}  // namespace ch01
