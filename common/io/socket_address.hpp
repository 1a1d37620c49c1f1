// socket_address.hpp -- SocketAddress: an IPv4 or IPv6 address with its port.
//
//   const auto address = SocketAddress::parse("127.0.0.1:8080");   // or "[::1]:80"
//
// Names are not resolved: that is a blocking call, and belongs on the blocking pool.
// Thread safety: a value. Errors: bad_address, with a message that says what is expected.
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <expected>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "common/base/check.hpp"
#include "common/io/io_error.hpp"

namespace async::inline ASYNC_FLAVOUR {

class SocketAddress {
 public:
  static constexpr bool kFullPeerGivesEvent = true;  // UDP throws away what the peer has no room for

  // 0.0.0.0, port 0.
  SocketAddress() { storage_.ipv4.sin_family = AF_INET; }

  [[nodiscard]] static IoResult<SocketAddress> parse(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto port = colon == text.npos ? std::nullopt : parse_port(text.substr(colon + 1));
    if (port) {
      auto host = text.substr(0, colon);
      const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
      if (has_brackets) host = host.substr(1, host.size() - 2);
      if (auto address = parse_host(host, has_brackets)) {
        address->set_port(*port);
        return *address;
      }
    }
    return detail::io_failure(make_error_code(IoErrc::bad_address), "\"" + std::string(text) + "\"");
  }

  // This computer alone; every interface. Port 0: the system chooses one.
  [[nodiscard]] static SocketAddress loopback(std::uint16_t port) { return v4(INADDR_LOOPBACK, port); }
  [[nodiscard]] static SocketAddress any(std::uint16_t port) { return v4(INADDR_ANY, port); }

  [[nodiscard]] bool is_ipv4() const { return family() == AF_INET; }
  [[nodiscard]] bool is_ipv6() const { return family() == AF_INET6; }

  [[nodiscard]] std::uint16_t port() const {
    return ntohs(is_ipv4() ? storage_.ipv4.sin_port : storage_.ipv6.sin6_port);
  }
  void set_port(std::uint16_t port) {
    if (is_ipv4()) {
      storage_.ipv4.sin_port = htons(port);
    } else {
      storage_.ipv6.sin6_port = htons(port);
    }
  }

  // Without the port.
  [[nodiscard]] std::string ip() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* const bytes = is_ipv4() ? static_cast<const void*>(&storage_.ipv4.sin_addr)
                                        : static_cast<const void*>(&storage_.ipv6.sin6_addr);
    return ::inet_ntop(family(), bytes, text.data(), text.size()) != nullptr ? text.data() : "?";
  }
  [[nodiscard]] std::string to_string() const {
    return (is_ipv4() ? ip() : "[" + ip() + "]") + ":" + std::to_string(port());
  }

  friend bool operator==(const SocketAddress& a, const SocketAddress& b) {
    return a.family() == b.family() && a.to_string() == b.to_string();
  }

  // For the system.
  [[nodiscard]] int family() const { return storage_.general.sa_family; }
  [[nodiscard]] const sockaddr* data() const { return &storage_.general; }
  [[nodiscard]] socklen_t size() const { return is_ipv4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6); }
  [[nodiscard]] static SocketAddress from_system(const sockaddr_storage& given, socklen_t size) {
    SocketAddress made;
    if (given.ss_family != AF_INET && given.ss_family != AF_INET6) return made;
    std::memcpy(&made.storage_, &given, std::min<std::size_t>(size, sizeof made.storage_));
    return made;
  }

 private:
  static SocketAddress v4(std::uint32_t ip, std::uint16_t port) {
    SocketAddress made;
    made.storage_.ipv4.sin_addr.s_addr = htonl(ip);
    made.set_port(port);
    return made;
  }

  static std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
  }

  static std::optional<SocketAddress> parse_host(std::string_view host, bool is_ipv6) {
    if (host.contains('\0')) return std::nullopt;
    SocketAddress made;
    const std::string text(host);  // with a zero at its end
    if (!is_ipv6) {
      if (::inet_pton(AF_INET, text.c_str(), &made.storage_.ipv4.sin_addr) != 1) return std::nullopt;
      return made;
    }
    made.storage_.ipv6.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET6, text.c_str(), &made.storage_.ipv6.sin6_addr) != 1) return std::nullopt;
    return made;
  }

  // The members begin alike; which one is meant stands in the family, as the system wants it.
  union Storage {
    sockaddr_in6 ipv6;  // the largest first: the initializer clears all of it
    sockaddr_in ipv4;
    sockaddr general;
  };

  Storage storage_ = {};
};

}  // namespace async::inline ASYNC_FLAVOUR
