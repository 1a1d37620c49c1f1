// http_exchange.hpp -- what tests say to the HTTP server, and what they hear.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "ch04_networking/s6_driver.hpp"

namespace ch04::tests {

// Sends, and reads until the server ends the connection, or fails: what came, and the error behind it.
inline Async<std::string> exchange(Driver& driver, SocketAddress server, std::string bytes) {
  auto socket = co_await Socket::connect(driver, server);
  if (!socket) co_return socket.error().message();
  const auto sent = co_await socket->write_all(bytes);
  std::string received;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto count = co_await socket->read(buffer);
    if (!count) co_return received + "[" + count.error().message() + "]";
    if (*count == 0) co_return received + (sent ? "" : "[" + sent.error().message() + "]");
    received.append(buffer.data(), *count);
  }
}

// The bodies of all answers, without their line ends. (Only for bodies of one line.)
inline std::string bodies(std::string answers) {
  std::string all;
  for (auto at = answers.find("\r\n\r\n"); at != answers.npos; at = answers.find("\r\n\r\n")) {
    const auto end = answers.find('\n', at + 4);
    all += (all.empty() ? "" : " ") + answers.substr(at + 4, end - at - 4);
    answers.erase(0, end == answers.npos ? answers.size() : end + 1);
  }
  return all;
}

inline std::string get(const std::string& target, const char* more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}
inline constexpr const char* kClose = "Connection: close\r\n";

}  // namespace ch04::tests
