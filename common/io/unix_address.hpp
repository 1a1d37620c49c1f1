// unix_address.hpp -- UnixAddress: the path of a Unix socket, or none.
//
// Thread safety: a value. Errors: filename_too_long; the system keeps 107 bytes of a path.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/io/io_error.hpp"

namespace async::inline ASYNC_FLAVOUR {

class UnixAddress {
 public:
  // To a socket that it is not connected to, a sender gets no event when that one has room again.
  static constexpr bool kFullPeerGivesEvent = false;

  // Of a socket that was bound to none: one end of a pair, a client.
  UnixAddress() { address_.sun_family = AF_UNIX; }

  [[nodiscard]] static IoResult<UnixAddress> of_path(std::string_view path) {
    UnixAddress made;
    if (path.size() >= sizeof made.address_.sun_path)
      return detail::io_failure(std::make_error_code(std::errc::filename_too_long), std::string(path));
    if (path.empty() || path.contains('\0'))
      return detail::io_failure(std::make_error_code(std::errc::invalid_argument),
                                "a Unix socket's path (it has at least one byte, and no zero)");
    std::memcpy(made.address_.sun_path, path.data(), path.size());
    made.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return made;
  }

  // Empty if there is none.
  [[nodiscard]] std::string path() const { return std::string(address_.sun_path); }
  [[nodiscard]] std::string to_string() const { return path().empty() ? "(unnamed)" : path(); }

  friend bool operator==(const UnixAddress& a, const UnixAddress& b) { return a.path() == b.path(); }

  // For the system.
  [[nodiscard]] static int family() { return AF_UNIX; }
  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&address_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] static UnixAddress from_system(const sockaddr_storage& given, socklen_t size) {
    UnixAddress made;
    // The name may fill all of sun_path, without a zero: the last byte is given up for one.
    const auto known = std::min<std::size_t>(size, sizeof made.address_ - 1);
    std::memcpy(&made.address_, &given, known);
    made.address_.sun_family = AF_UNIX;
    made.size_ = static_cast<socklen_t>(known);
    return made;
  }

 private:
  sockaddr_un address_ = {};
  socklen_t size_ = offsetof(sockaddr_un, sun_path);
};

}  // namespace async::inline ASYNC_FLAVOUR
