// chunk_parser.hpp -- ChunkParser: a body that comes in chunks: size, line end, so many bytes, and again.
//
//   5;what=ever        the size of the first chunk; behind a semicolon is what nobody here understands
//   hello              its bytes and CR LF, which do not count
//   0                  the last one is empty; what follows are headers again, the message's business
//
// Thread safety: none.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "common/io/http/limits.hpp"
#include "common/io/http/line_parser.hpp"
#include "common/io/http/text.hpp"

namespace async::inline ASYNC_FLAVOUR::http::detail {

class ChunkParser {
 public:
  // Takes bytes from the front and appends to `body`. True: the last chunk's size was read.
  [[nodiscard]] std::expected<bool, Errc> feed(std::string_view& bytes, const Limits& limits,
                                               std::string& body) {
    while (!bytes.empty()) {
      switch (expects_) {
        case Expects::size: {
          const auto is_whole = line_.feed(bytes, limits.chunk_line);
          if (!is_whole) return std::unexpected(is_whole.error());
          if (!*is_whole) return false;
          if (const auto wrong = set_size(line_.take(), limits.body - body.size()))
            return std::unexpected(*wrong);
          if (left_ == 0) return true;
          expects_ = Expects::bytes;
          break;
        }
        case Expects::bytes: {
          const auto part = bytes.substr(0, left_);
          body += part;
          bytes.remove_prefix(part.size());
          left_ -= part.size();
          if (left_ == 0) expects_ = Expects::cr;
          break;
        }
        case Expects::cr:
        case Expects::lf: {
          const bool is_cr = expects_ == Expects::cr;
          if (bytes.front() != (is_cr ? '\r' : '\n')) return std::unexpected(Errc::bad_chunk_end);
          bytes.remove_prefix(1);
          expects_ = is_cr ? Expects::lf : Expects::size;
          break;
        }
      }
    }
    return false;
  }

 private:
  enum class Expects : std::uint8_t { size, bytes, cr, lf };

  [[nodiscard]] std::optional<Errc> set_size(std::string_view line, std::size_t room) {
    const auto digits = trimmed(line.substr(0, line.find(';')));
    if (digits.empty() || !std::ranges::all_of(digits, is_hex_digit)) return Errc::bad_chunk_size;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (error != std::errc()) return Errc::chunk_size_overflow;
    if (size > room) return Errc::body_too_large;
    left_ = static_cast<std::size_t>(size);
    return std::nullopt;
  }

  LineParser line_;
  std::size_t left_ = 0;  // of the chunk
  Expects expects_ = Expects::size;
};

}  // namespace async::inline ASYNC_FLAVOUR::http::detail
