// hostile_client.hpp -- a client that does with its connection what a good client would not.
//
//   HostileClient client(server.port());
//   client.send(frame("hello").substr(0, 7));
//   client.end_sending();
//   EXPECT_TRUE(client.hears_close_without_reply());
//
// Blocking, with a deadline on every call: so each can end with EINTR when this process is stopped and goes on.
// Thread safety: none.
#pragma once

#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <ostream>
#include <string>
#include <string_view>
#include <sys/time.h>
#include <vector>

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {

enum class End { of_file, reset, not_in_time };

struct Heard {
  std::string bytes;
  End end;
  bool operator==(const Heard&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Heard& heard) {
  constexpr std::array kEnds{"end of file", "a reset", "nothing in time"};
  return out << '"' << heard.bytes << "\", then " << kEnds[static_cast<std::size_t>(heard.end)];
}

class HostileClient {
 public:
  explicit HostileClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval deadline{.tv_sec = kDeadline.count(), .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
    const int yes = 1;  // each send is a segment of its own
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const auto address = loopback(port);
    while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
      if (errno != EINTR) fail("connect");
    }
  }

  // False if the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // From here on the kernel holds 64 KiB or so of what is sent: more is sent only if the server reads on.
  void keep_little() {
    const int bytes = 65'536;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }
  void end_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  void reset() { tests::reset(socket_); }
  void leave() { socket_.reset(); }

  // Everything until the server ends it.
  Heard hear() {
    Heard heard{"", End::of_file};
    std::array<char, 4096> chunk;
    for (;;) {
      const ssize_t size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      if (size == 0) return heard;
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) {
        heard.end = errno == ECONNRESET ? End::reset : End::not_in_time;
        return heard;
      }
      heard.bytes.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }

  ::testing::AssertionResult hears_reply() {
    const Heard heard = hear();
    if (heard == Heard{std::string(kGoodReply), End::of_file}) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "heard " << heard;
  }
  // A close is a reset where the server has not read everything: both are an end.
  ::testing::AssertionResult hears_close_without_reply() {
    const Heard heard = hear();
    if (heard.bytes.empty() && heard.end != End::not_in_time) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "heard " << heard;
  }
  // Neither a byte nor the end, up to now.
  [[nodiscard]] bool hears_nothing_yet() const {
    char byte;
    return ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }

 private:
  Descriptor socket_;
};

// One after another, so each of the three workers has its turn: the server hands over in turn.
inline void expect_all_workers_answer(std::uint16_t port, const std::function<void()>& when_sent = [] {}) {
  std::vector<HostileClient> clients;
  for (int worker = 0; worker < 3; ++worker) {
    clients.emplace_back(port);
    EXPECT_TRUE(clients.back().send(frame("are you there?")));
  }
  when_sent();
  for (auto& client : clients) EXPECT_TRUE(client.hears_reply()) << "a worker does not answer any more";
}

inline bool is_refused(std::uint16_t port) {
  try {
    HostileClient client(port);
    return false;
  } catch (const std::system_error& error) {
    return error.code() == std::errc::connection_refused;
  }
}

}  // namespace ch10::tests
