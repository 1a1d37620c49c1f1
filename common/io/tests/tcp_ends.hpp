// tcp_ends.hpp -- two ends of a TCP connection, an echo, a port at which nobody listens: what the tests of TCP share.
#pragma once

#include <array>
#include <cstddef>
#include <linux/sockios.h>
#include <span>
#include <sys/ioctl.h>
#include <utility>

#include "common/base/descriptor.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/io/tcp_stream.hpp"
#include "common/io/tests/hand_turned.hpp"

namespace async::inline ASYNC_FLAVOUR {

inline TcpListener tcp_listener() { return TcpListener::bind("127.0.0.1:0").value(); }
inline SocketAddress address_of(const TcpListener& of) { return of.local_address().value(); }

// Two ends of a connection, with the current reactor.
inline Async<std::pair<TcpStream, TcpStream>> tcp_connected() {
  auto listening = tcp_listener();
  const auto accepting = [&listening] { return listening.accept(); };
  auto both = join(TcpStream::connect(address_of(listening)), accepting);
  auto [client, accepted] = co_await both;
  co_return std::pair(std::move(client.value()), std::move(accepted.value().first));
}
inline std::pair<TcpStream, TcpStream> connect_by(HandTurned& hand) {
  auto both = hand.executor.spawn(tcp_connected());
  auto ends = hand.run(both);
  hand.settle();
  return ends;
}

// Until the other end's system has all that was written, and the end, if there was one.
inline void until_delivered(const TcpStream& from) {
  for (int left = 1; left != 0; base::yield_thread()) ASSERT_EQ(::ioctl(from.fd(), SIOCOUTQ, &left), 0);
}

// While it lives nobody listens there: it is bound, so no other program gets it.
class ClosedPort {
 public:
  [[nodiscard]] SocketAddress address() const {
    return detail::local_address_of<SocketAddress>(bound_.get()).value();
  }

 private:
  const base::Descriptor bound_ = detail::open_bound(SocketAddress::loopback(0), SOCK_STREAM, false).value();
};

inline Async<std::size_t> tcp_echo(TcpStream stream) {
  std::array<std::byte, 1024> buffer;
  std::size_t total = 0;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) co_return total;
    const auto sent = co_await stream.write_all(std::span(buffer).first(*count));
    if (!sent) co_return total;
    total += *count;
  }
}

}  // namespace async::inline ASYNC_FLAVOUR
