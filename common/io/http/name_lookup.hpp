// name_lookup.hpp -- look_up(host, port): the addresses of a host. A name is looked up on the blocking pool.
//
// An address needs no lookup, and no thread. For a name the system's getaddrinfo is asked, which reads
// files and may wait for a server.
//
// What happens when, and what cancelling does: common/io/off_thread.hpp.
// Errors: IoError with the host: what the lookup said ("Name or service not known"), or the system.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <utility>
#include <vector>

#include "common/io/http/text.hpp"
#include "common/io/off_thread.hpp"
#include "common/io/socket_address.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

class LookupCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "name lookup"; }
  [[nodiscard]] std::string message(int code) const override { return ::gai_strerror(code); }
};

[[nodiscard]] inline std::error_code lookup_error(int code) {
  static const LookupCategory category;
  return code == EAI_SYSTEM ? last_error() : std::error_code(code, category);
}

// Blocks.
[[nodiscard]] inline IoResult<std::vector<SocketAddress>> ask_system(const std::string& host,
                                                                     std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for each kind of socket
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return io_failure(lookup_error(error), "look up \"" + host + "\"");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, each->ai_addr, std::min<std::size_t>(each->ai_addrlen, sizeof storage));
    addresses.push_back(SocketAddress::from_system(storage, each->ai_addrlen));
    addresses.back().set_port(port);
  }
  return addresses;
}

// "localhost", and all names below it. RFC 6761 (6.3): they are this computer, and nobody is to be asked; so it also
// is where /etc/hosts does not say so.
[[nodiscard]] inline bool is_this_computer(std::string_view host) {
  constexpr std::string_view kName = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < kName.size()) return false;
  const std::size_t before = host.size() - kName.size();
  return http::equal_ignoring_case(host.substr(before), kName) && (before == 0 || host[before - 1] == '.');
}

}  // namespace detail

// At least one, in the order in which they are to be tried.
[[nodiscard]] inline Async<IoResult<std::vector<SocketAddress>>> look_up(std::string host,
                                                                         std::uint16_t port) {
  for (const std::string& text : {host + ":0", "[" + host + "]:0"}) {
    auto address = SocketAddress::parse(text);
    if (!address) continue;
    address->set_port(port);
    co_return std::vector<SocketAddress>{*address};
  }
  if (detail::is_this_computer(host)) {
    SocketAddress v6 = SocketAddress::parse("[::1]:0").value();
    v6.set_port(port);
    co_return std::vector<SocketAddress>{v6, SocketAddress::loopback(port)};
  }
  auto job = [host, port] { return detail::ask_system(host, port); };
  co_return co_await detail::off_thread(std::move(job));
}

}  // namespace async::inline ASYNC_FLAVOUR
