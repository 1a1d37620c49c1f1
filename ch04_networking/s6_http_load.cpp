// s6_http_load.cpp -- one connection of the load, and all of them.
#include "ch04_networking/s6_http_load.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

#include "common/runtime/join_set.hpp"
#include "common/sync/barrier.hpp"

namespace ch04 {
namespace {

// The body of the answer that stands first in `bytes`, which is taken off. Nothing: it is not all there.
struct TakenAnswer {
  bool is_good = false;
  std::string body;
};
std::optional<TakenAnswer> take_answer(std::string& bytes) {
  constexpr std::string_view kLength = "Content-Length: ";
  const auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos) return std::nullopt;
  const std::string_view head = std::string_view(bytes).substr(0, end + 2);
  TakenAnswer taken;
  const auto at = head.find(kLength);
  if (!head.starts_with("HTTP/1.1 200 ") || at == head.npos) return taken;
  std::size_t length = 0;
  (void)std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
  if (bytes.size() - (end + 4) < length) return std::nullopt;
  taken.is_good = true;
  taken.body = bytes.substr(end + 4, length);
  bytes.erase(0, end + 4 + length);
  return taken;
}

std::string words(std::size_t connection, std::size_t request) {
  return std::to_string(connection) + "-" + std::to_string(request);
}

// Comes to the barrier also without a connection: the others must not wait for it.
Async<LoadResult> one_connection(Driver& driver, SocketAddress server, Load load, std::size_t number,
                                 std::shared_ptr<Barrier> all_connected) {
  LoadResult result;
  const auto fail = [&result, &load](const std::string& why) {
    result.failed = load.requests - result.answered;
    result.first_failure = why;
    return result;
  };
  auto socket = co_await Socket::connect(driver, server);
  (void)co_await all_connected->wait();
  if (!socket) co_return fail(socket.error().message());

  std::string received;
  std::array<char, 4096> buffer;
  while (result.answered < load.requests) {
    const std::size_t until = std::min(load.requests, result.answered + load.ahead);
    std::string requests;
    for (std::size_t i = result.answered; i < until; ++i) {
      requests += "GET /echo/" + words(number, i) + " HTTP/1.1\r\nHost: load\r\n\r\n";
    }
    const auto sent = co_await socket->write_all(requests);
    if (!sent) co_return fail(sent.error().message());
    while (result.answered < until) {
      if (const auto taken = take_answer(received)) {
        if (!taken->is_good || taken->body != words(number, result.answered) + "\n") {
          co_return fail("another answer than the one to request " + words(number, result.answered));
        }
        ++result.answered;
        continue;
      }
      const auto count = co_await socket->read(buffer);
      if (!count) co_return fail(count.error().message());
      if (*count == 0) co_return fail("the server ended the connection");
      received.append(buffer.data(), *count);
    }
  }
  co_return result;
}

}  // namespace

Async<LoadResult> http_load(Driver& driver, SocketAddress server, Load load) {
  const auto all_connected = std::make_shared<Barrier>(load.connections);
  JoinSet<LoadResult> connections;
  for (std::size_t i = 0; i < load.connections; ++i) {
    connections.spawn(one_connection(driver, server, load, i, all_connected));
  }
  LoadResult total;
  for (;;) {
    const auto next = co_await connections.join_next();
    if (!next) co_return total;
    const auto& one = *next;
    if (!one) {
      total.failed += load.requests;
      if (total.first_failure.empty()) total.first_failure = one.error().message();
      continue;
    }
    total.answered += one->answered;
    total.failed += one->failed;
    if (total.first_failure.empty()) total.first_failure = one->first_failure;
  }
}

}  // namespace ch04
