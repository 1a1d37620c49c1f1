// message_parser.hpp -- http::MessageParser: makes a Request or a Response of bytes that come in any parts.
//
//   http::MessageParser<http::Response> parser;
//   const auto taken = parser.feed(bytes);         // what is behind the message is left: the next one's
//   if (parser.is_done()) use(parser.take());
//
// It reads and writes nothing: whoever has the bytes feeds it, a socket or a test. What it is given byte by
// byte it understands as if it had come at once. A length and chunks at the same time are refused, and so
// are two lengths: such a message would end elsewhere for somebody else. What stands behind the last chunk
// must be headers, and is dropped.
//
// Thread safety: none. Errors: http::Errc; then it stays so.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/check.hpp"
#include "common/io/http/chunk_parser.hpp"
#include "common/io/http/limits.hpp"
#include "common/io/http/line_parser.hpp"
#include "common/io/http/message.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

template <class Message>
class MessageParser {
 public:
  explicit MessageParser(Limits limits = {}) : limits_(limits) {}

  // How many bytes from the front it has taken: all, or those up to the end of the message.
  [[nodiscard]] std::expected<std::size_t, Errc> feed(std::string_view bytes) {
    const std::size_t given = bytes.size();
    while (!error_ && !bytes.empty() && stage_ != Stage::done) error_ = step(bytes);
    if (error_) return std::unexpected(*error_);
    return given - bytes.size();
  }

  // No more will come. Right if the message is done, or was to go on until here.
  [[nodiscard]] std::expected<void, Errc> end() {
    if (error_) return std::unexpected(*error_);
    if (stage_ == Stage::until_the_end) stage_ = Stage::done;
    if (stage_ == Stage::done) return {};
    error_ = !has_begun()                                             ? Errc::no_reply
             : stage_ == Stage::start_line || stage_ == Stage::fields ? Errc::ended_in_head
                                                                      : Errc::ended_in_body;
    return std::unexpected(*error_);
  }

  [[nodiscard]] bool is_done() const { return stage_ == Stage::done; }
  [[nodiscard]] bool has_begun() const { return stage_ != Stage::start_line || line_.has_begun(); }

  // The message that is done; the next one may begin.
  [[nodiscard]] Message take() {
    ASYNC_CHECK(is_done(), "a message is taken from its parser when it is done");
    Message taken = std::move(message_);
    *this = MessageParser(limits_);
    return taken;
  }

 private:
  enum class Stage : std::uint8_t { start_line, fields, sized, chunked, trailers, until_the_end, done };

  // Takes at least one byte. What is wrong, if anything is.
  [[nodiscard]] std::optional<Errc> step(std::string_view& bytes) {
    switch (stage_) {
      case Stage::start_line:
      case Stage::fields:
      case Stage::trailers: {
        const auto is_whole = line_.feed(bytes, limits_.line);
        if (!is_whole) return is_whole.error();
        return *is_whole ? take_line(line_.take()) : std::nullopt;
      }
      case Stage::sized: {
        const auto part = bytes.substr(0, left_);
        message_.body += part;
        bytes.remove_prefix(part.size());
        left_ -= part.size();
        if (left_ == 0) stage_ = Stage::done;
        return std::nullopt;
      }
      case Stage::chunked: {
        const auto was_last = chunks_.feed(bytes, limits_, message_.body);
        if (!was_last) return was_last.error();
        if (*was_last) stage_ = Stage::trailers;
        return std::nullopt;
      }
      case Stage::until_the_end:
        if (bytes.size() > limits_.body - message_.body.size()) return Errc::body_too_large;
        message_.body += bytes;
        bytes = {};
        return std::nullopt;
      case Stage::done: break;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Errc> take_line(std::string_view line) {
    if (stage_ == Stage::start_line) {
      stage_ = Stage::fields;
      return message_.parse_start_line(line);
    }
    if (!line.empty()) return take_field(line);
    if (stage_ == Stage::fields) return begin_body();
    stage_ = Stage::done;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Errc> take_field(std::string_view line) {
    const auto colon = line.find(':');
    // No space before the colon, nor at the beginning, where it once meant that the line before goes on.
    if (colon == line.npos || !is_token(line.substr(0, colon))) return Errc::bad_field;
    if (++field_count_ > limits_.fields) return Errc::too_many_fields;
    if (stage_ == Stage::trailers) return std::nullopt;
    message_.fields.add(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Errc> begin_body() {
    const std::string* const coding = message_.fields.find("Transfer-Encoding");
    const std::string* const length = message_.fields.find("Content-Length");
    if (message_.has_no_body()) {
      stage_ = Stage::done;
    } else if (coding != nullptr) {
      if (length != nullptr) return Errc::bad_length;
      const bool is_alone = message_.fields.count("Transfer-Encoding") == 1;
      if (!is_alone || !equal_ignoring_case(*coding, "chunked") || message_.minor_version == 0)
        return Errc::unsupported_coding;
      stage_ = Stage::chunked;
    } else if (length != nullptr) {
      return begin_sized_body(*length);
    } else {
      stage_ = Message::kUnsized == Unsized::until_the_end ? Stage::until_the_end : Stage::done;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Errc> begin_sized_body(std::string_view length) {
    const bool is_alone = message_.fields.count("Content-Length") == 1;
    if (!is_alone || length.empty() || !std::ranges::all_of(length, is_digit)) return Errc::bad_length;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), left_);
    if (error != std::errc() || left_ > limits_.body) return Errc::body_too_large;
    stage_ = left_ == 0 ? Stage::done : Stage::sized;
    return std::nullopt;
  }

  Limits limits_;
  Message message_;
  std::optional<Errc> error_;
  detail::LineParser line_;
  detail::ChunkParser chunks_;
  std::size_t field_count_ = 0;
  std::size_t left_ = 0;  // of a body with a length
  Stage stage_ = Stage::start_line;
};

}  // namespace async::inline ASYNC_FLAVOUR::http
