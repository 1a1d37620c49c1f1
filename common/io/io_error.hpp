// io_error.hpp -- IoError: what went wrong with the system, and with what.
//
//   const auto stream = co_await TcpStream::connect(address);
//   if (!stream) println(stream.error().message());     // "connect to 127.0.0.1:80: Connection refused"
//
// Every operation of common/io gives std::expected<T, IoError>: nothing is thrown for what the system
// refuses.
// Thread safety: a value. Allocates where it is made, so only on failure; copies share the text.
#pragma once

#include <cerrno>
#include <expected>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

// What the system has no number for.
enum class IoErrc {
  unexpected_end = 1,  // the stream ended before all that was asked for had come
  bad_address,         // a text that is no address
};

namespace detail {

class IoErrorCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "async io"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (static_cast<IoErrc>(code)) {
      case IoErrc::unexpected_end: return "the stream ended before all that was asked for had come";
      case IoErrc::bad_address:
        return "not an address: expected IPv4:PORT as in 127.0.0.1:8080, or [IPv6]:PORT as in [::1]:80";
    }
    return "unknown";
  }
};

}  // namespace detail

[[nodiscard]] inline std::error_code make_error_code(IoErrc code) {
  static const detail::IoErrorCategory category;
  return {static_cast<int>(code), category};
}

class IoError {
 public:
  // `what` was tried: "connect to 127.0.0.1:80".
  IoError(std::error_code code, std::string what)
      : code_(code), what_(std::make_shared<const std::string>(std::move(what))) {}

  [[nodiscard]] std::error_code code() const { return code_; }
  [[nodiscard]] bool is(std::errc which) const { return code_ == which; }
  [[nodiscard]] bool is(IoErrc which) const { return code_ == make_error_code(which); }

  [[nodiscard]] std::string message() const { return *what_ + ": " + code_.message(); }

 private:
  std::error_code code_;
  std::shared_ptr<const std::string> what_;
};

template <class T>
using IoResult = std::expected<T, IoError>;

namespace detail {

// Of the system call that failed just now.
[[nodiscard]] inline std::error_code last_error() { return {errno, std::generic_category()}; }
[[nodiscard]] inline std::unexpected<IoError> io_failure(std::error_code code, std::string what) {
  return std::unexpected(IoError(code, std::move(what)));
}

}  // namespace detail
}  // namespace async::inline ASYNC_FLAVOUR
