// datagram_socket.hpp -- DatagramSocket: what a UDP socket and a Unix datagram socket have in common.
//
// One call, one message: it goes and comes as a whole, or not at all. A message that is longer than the
// buffer is cut, and the rest of it is gone.
//
// Thread safety: several tasks may send and receive on one socket, in different threads. Closing it: alone.
// Lifetime: socket, buffer and address outlive the operation.
// Cancelling: a dropped operation has sent, or taken, nothing.
// Errors: IoError. For a connected UDP socket connection_refused may be the answer to an earlier message.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "common/io/bytes.hpp"
#include "common/io/pause.hpp"
#include "common/io/socket.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

template <class Address>
class SendToAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::write;

  SendToAttempt(std::span<const std::byte> message, const Address& to) : message_(message), to_(to) {}

  [[nodiscard]] bool is_pausing(Context& cx) { return pause_.is_on(cx); }

  std::optional<Output> operator()(IoTrial& trial) {
    const auto send = [&](int fd) {
      return ::sendto(fd, message_.data(), message_.size(), MSG_NOSIGNAL, to_.data(), to_.size());
    };
    const auto tried = Address::kFullPeerGivesEvent ? trial.call(send) : trial.call_without_event(send);
    if (tried.would_block()) {
      if (!Address::kFullPeerGivesEvent) pause_.begin(kPause);
      return std::nullopt;
    }
    if (tried.has_failed()) return io_failure(tried.code(), "send to " + to_.to_string());
    return Output(tried.count());
  }

 private:
  static constexpr std::chrono::milliseconds kPause{5};

  std::span<const std::byte> message_;
  Address to_;
  Pause pause_;
};

template <class Address>
class ReceiveFromAttempt {
 public:
  using Output = IoResult<std::pair<std::size_t, Address>>;
  static constexpr auto kDirection = Direction::read;

  explicit ReceiveFromAttempt(std::span<std::byte> into) : into_(into) {}

  std::optional<Output> operator()(IoTrial& trial) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const auto tried = trial.call([&](int fd) {
      size = sizeof from;
      return ::recvfrom(fd, into_.data(), into_.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "receive");
    return Output(std::in_place, tried.count(), Address::from_system(from, size));
  }

 private:
  std::span<std::byte> into_;
};

class SendAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::write;

  explicit SendAttempt(std::span<const std::byte> message) : message_(message) {}

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return SocketBytes::write(fd, message_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "send");
    return Output(tried.count());
  }

 private:
  std::span<const std::byte> message_;
};

class ReceiveAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::read;

  explicit ReceiveAttempt(std::span<std::byte> into) : into_(into) {}

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return SocketBytes::read(fd, into_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "receive");
    return Output(tried.count());  // a short message says nothing about the next one
  }

 private:
  std::span<std::byte> into_;
};

}  // namespace detail

template <class AddressType>
class DatagramSocket {
 public:
  using Address = AddressType;

  // To anybody. How many bytes: all of them.
  auto send_to(std::span<const std::byte> message, const Address& to) {
    return detail::IoOperation<detail::SendToAttempt<Address>>(source_.registration(), message, to);
  }
  auto send_to(std::string_view message, const Address& to) {
    return send_to(std::as_bytes(std::span(message)), to);
  }
  // From anybody: how many bytes, and from whom.
  auto recv_from(std::span<std::byte> into) {
    return detail::IoOperation<detail::ReceiveFromAttempt<Address>>(source_.registration(), into);
  }

  // From now on send() goes there, and recv() takes from there alone. At once: nothing is sent.
  IoResult<void> connect(const Address& peer) {
    if (::connect(source_.fd(), peer.data(), peer.size()) != 0)
      return detail::io_failure(detail::last_error(), "connect to " + peer.to_string());
    return {};
  }
  // Only once it is connected.
  auto send(std::span<const std::byte> message) {
    return detail::IoOperation<detail::SendAttempt>(source_.registration(), message);
  }
  auto send(std::string_view message) { return send(std::as_bytes(std::span(message))); }
  auto recv(std::span<std::byte> into) {
    return detail::IoOperation<detail::ReceiveAttempt>(source_.registration(), into);
  }

  [[nodiscard]] IoResult<Address> local_address() const {
    return detail::local_address_of<Address>(source_.fd());
  }
  [[nodiscard]] IoResult<Address> peer_address() const {
    return detail::peer_address_of<Address>(source_.fd());
  }
  [[nodiscard]] int fd() const { return source_.fd(); }

 protected:
  explicit DatagramSocket(IoSource source) : source_(std::move(source)) {}
  ~DatagramSocket() = default;
  DatagramSocket(DatagramSocket&&) noexcept = default;
  DatagramSocket& operator=(DatagramSocket&&) noexcept = default;

  [[nodiscard]] static IoResult<IoSource> open(const Address& address) {
    auto opened = detail::open_bound(address, SOCK_DGRAM, false);
    if (!opened) return std::unexpected(opened.error());
    return detail::add_source(Reactor::current(), std::move(*opened), detail::Readiness::assumed(),
                              "bind to " + address.to_string());
  }

 private:
  IoSource source_;
};

}  // namespace async::inline ASYNC_FLAVOUR
