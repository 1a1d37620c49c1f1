// s6_http_request.hpp -- RequestReader: bytes in, HTTP requests out; it knows no socket.
//
//   reader.feed(bytes);                             // as they come: a byte, half a request, ten requests
//   const auto next = reader.next();                // a request; none yet; or why there will never be one
//
// Small on purpose: GET and HEAD, which have no body. A request with a body, or with another method,
// is refused, and the connection ends after the answer, because nobody reads what follows. It is
// strict where two readers could understand two things: bare line ends, folded lines, spaces before a
// colon, two Content-Length.
//
// Thread safety: one thread at a time. Lifetime: a Request owns its text. Errors: values; after one, next()
// gives it again.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ch04 {

struct Request {
  Request() = default;

  std::string method;  // GET or HEAD
  std::string target;  // "/", "/echo/words"
  bool keeps_alive = true;
};

// What is answered to a request that is none.
struct BadRequest {
  BadRequest(int status_, std::string why_) : status(status_), why(std::move(why_)) {}

  int status;  // 400, 405, 431, 505
  std::string why;
};

class RequestReader {
 public:
  // Of the request line and all header lines together.
  static constexpr std::size_t kLongestHead = 8 * 1024;

  void feed(std::string_view bytes);

  // The requests come out in the order in which they came in.
  [[nodiscard]] std::expected<std::optional<Request>, BadRequest> next();

  // Whether a request has begun to come that is not there yet.
  [[nodiscard]] bool has_begun() const { return at_ < bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;        // where the next request begins
  std::size_t searched_ = 0;  // no head ends before: a head that comes byte by byte is searched once
};

}  // namespace ch04
