// s7_datagrams.cpp -- a datagram's way in and out of a Unix socket.
#include "ch04_networking/s7_datagrams.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

#include "common/time/sleep.hpp"

namespace ch04 {
namespace {

constexpr std::size_t kLongestDatagram = 4096;
constexpr std::chrono::milliseconds kFullPause{5};

// The kernel puts it beside each message, because of SO_PASSCRED; nobody can lie there.
pid_t sender_of(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_CREDENTIALS) continue;
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(each), sizeof sender);
    return sender.pid;
  }
  return 0;
}

}  // namespace

IoResult<UnixAddress> unix_path(std::string_view path) {
  auto address = UnixAddress::of_path(path);
  if (address || !address.error().is(std::errc::filename_too_long)) return address;
  return std::unexpected(
      IoError(address.error().code(), "a Unix socket's path has at most 107 bytes, and this one has " +
                                          std::to_string(path.size()) +
                                          " (set TMPDIR to a shorter one): " + std::string(path)));
}

IoResult<Socket> bind_datagrams(Driver& driver, std::string_view path) {
  const auto address = unix_path(path);
  if (!address) return std::unexpected(address.error());
  const std::string what = "bind to " + address->to_string();
  base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return failed(what);
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) return failed(what);
  if (::bind(socket.get(), address->data(), address->size()) != 0) return failed(what);
  return Socket::add(driver, std::move(socket));
}

Tried<Datagram> try_receive(int socket) {
  std::array<char, kLongestDatagram> text;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> beside;
  sockaddr_storage from{};
  iovec part{.iov_base = text.data(), .iov_len = text.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = beside.size();
  const auto count = uninterrupted([&] { return ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC); });
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
  if (count < 0) return failed("receive");
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    errno = EMSGSIZE;  // its rest is gone
    return failed("receive a message of more than " + std::to_string(kLongestDatagram) + " bytes");
  }
  Datagram datagram;
  datagram.text.assign(text.data(), static_cast<std::size_t>(count));
  datagram.from = UnixAddress::from_system(from, message.msg_namelen);
  datagram.process = sender_of(message);
  return datagram;
}

Async<IoResult<void>> send_to(Socket& socket, std::string text, UnixAddress to) {
  for (;;) {
    const auto count = ::sendto(socket.fd(), text.data(), text.size(), MSG_NOSIGNAL, to.data(), to.size());
    if (count >= 0) co_return IoResult<void>();
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return failed("send to " + to.to_string());
    co_await sleep(kFullPause);
  }
}

}  // namespace ch04
