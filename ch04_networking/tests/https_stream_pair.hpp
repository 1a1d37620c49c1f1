// https_stream_pair.hpp -- StreamPair: two ends of one connection on loopback, turned by hand.
#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include "common/io/tcp_listener.hpp"
#include "common/io/tests/hand_turned.hpp"

#include "ch04_networking/https/custom_stream.hpp"
#include "ch04_networking/tests/https_tls_pair.hpp"

namespace ch04 {

class StreamPair {
 public:
  HandTurned hand;

  // Under TLS where configs are given.
  void connect_plain() {
    auto [client_tcp, server_tcp] = connect_tcp();
    client.emplace(PlainStream(std::move(client_tcp)));
    server.emplace(PlainStream(std::move(server_tcp)));
  }
  void connect_tls(TlsConfig client_config = test_client(), TlsConfig server_config = test_server()) {
    auto [client_tcp, server_tcp] = connect_tcp();
    auto accepting = hand.executor.spawn(TlsStream::accept(std::move(server_tcp), std::move(server_config)));
    auto connecting =
        hand.executor.spawn(TlsStream::connect(std::move(client_tcp), std::move(client_config), "localhost"));
    client.emplace(hand.run(connecting).value());
    server.emplace(hand.run(accepting).value());
  }

  // Little room in the system for what is sent: so writes are short, and wait.
  void shrink_buffers() {
    for (const int fd : {client->tcp().fd(), server->tcp().fd()}) {
      const int size = 16 * 1024;
      ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    }
  }

  // Behind `hand`: they leave its reactor before it ends.
  std::optional<CustomStream> client;
  std::optional<CustomStream> server;

 private:
  std::pair<TcpStream, TcpStream> connect_tcp() {
    auto listener = TcpListener::bind(SocketAddress::loopback(0)).value();
    auto accepting = hand.executor.spawn([&listener] { return listener.accept(); });
    auto connecting = hand.executor.spawn(TcpStream::connect(listener.local_address().value()));
    TcpStream client_tcp = hand.run(connecting).value();
    return {std::move(client_tcp), hand.run(accepting).value().first};
  }
};

// Reads until the other side has ended; what came, or why it did not.
inline Async<IoResult<std::string>> read_all(CustomStream& stream) {
  std::array<std::byte, 5000> buffer;
  std::string all;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count) co_return std::unexpected(count.error());
    if (*count == 0) co_return all;
    all.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
}

inline Async<IoResult<void>> write_and_end(CustomStream& stream, std::string text) {
  const auto written = co_await stream.write_all(std::move(text));
  if (!written) co_return std::unexpected(written.error());
  co_return co_await stream.shutdown();
}

}  // namespace ch04
