// message_reader.hpp -- http::MessageReader: one message after the other from a stream.
//
//   http::MessageReader<http::Request, TcpStream> requests(stream);
//   const auto request = co_await requests.next();
//
// Stream is anything with `read(std::span<std::byte>)` as common/io/bytes.hpp has it. What came behind a
// message is kept for the next one.
// Cancelling: a dropped next() loses nothing; the next one goes on in the middle of the message.
// Thread safety: one task. Lifetime: the stream outlives it; a next() borrows it.
// Errors: IoError; the stream's, or http::Errc. After one the reader is of no more use.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "common/future/async.hpp"
#include "common/io/http/message_parser.hpp"
#include "common/io/io_error.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

template <class Message, class Stream>
class MessageReader {
 public:
  explicit MessageReader(Stream& stream, Limits limits = {}) : stream_(stream), parser_(limits) {}
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;

  // Nothing: the other side ended, and no message had begun.
  [[nodiscard]] Async<IoResult<std::optional<Message>>> next() {
    for (;;) {
      const auto taken = parser_.feed(unread_);
      if (!taken) co_return failure(taken.error());
      unread_.remove_prefix(*taken);
      if (parser_.is_done()) break;
      const auto count = co_await stream_.read(buffer_);
      if (!count) co_return std::unexpected(count.error());
      unread_ = std::string_view(reinterpret_cast<const char*>(buffer_.data()), *count);
      if (*count != 0) continue;
      if (!parser_.has_begun()) co_return std::optional<Message>();
      const auto whole = parser_.end();
      if (!whole) co_return failure(whole.error());
      break;
    }
    co_return std::optional<Message>(parser_.take());
  }

 private:
  static std::unexpected<IoError> failure(Errc why) {
    return async::detail::io_failure(make_error_code(why), "read an HTTP message");
  }

  Stream& stream_;
  MessageParser<Message> parser_;
  std::array<std::byte, 8192> buffer_;
  std::string_view unread_;  // what is left of the buffer
};

}  // namespace async::inline ASYNC_FLAVOUR::http
