// line_parser.hpp -- LineParser: one line at a time, ended by CR LF, from bytes that come in any parts.
//
// Strict: a lone LF, a lone CR and control characters are refused. Where two parties disagree on where a
// line ends, one of them can be told a header that the other does not see.
// Thread safety: none.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "common/io/http/http_error.hpp"

namespace async::inline ASYNC_FLAVOUR::http::detail {

class LineParser {
 public:
  // Takes bytes from the front, to the end of the line at most. True: the line is whole, see take().
  [[nodiscard]] std::expected<bool, Errc> feed(std::string_view& bytes, std::size_t limit) {
    while (!bytes.empty()) {
      const char next = bytes.front();
      bytes.remove_prefix(1);
      if (saw_cr_) {
        if (next != '\n') return std::unexpected(Errc::bad_line);
        saw_cr_ = false;
        return true;
      }
      if (next == '\r') {
        saw_cr_ = true;
        continue;
      }
      if (is_control(next)) return std::unexpected(Errc::bad_line);
      if (line_.size() == limit) return std::unexpected(Errc::line_too_long);
      line_ += next;
    }
    return false;
  }

  // The line without its end; the next one begins.
  [[nodiscard]] std::string take() { return std::exchange(line_, {}); }

  [[nodiscard]] bool has_begun() const { return saw_cr_ || !line_.empty(); }

 private:
  static bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; }

  std::string line_;
  bool saw_cr_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR::http::detail
