// s6_http_server.cpp -- the accept loop, the loop of a connection, and the answers.
#include "ch04_networking/s6_http_server.hpp"

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "common/time/sleep.hpp"
#include "common/time/timeout.hpp"

namespace ch04 {
namespace {

constexpr std::size_t kMostInOneWrite = 64 * 1024;
constexpr std::size_t kMostAfterTheEnd = 256 * 1024;

const char* name_of(int status) {
  switch (status) {
    case 200: return "200 OK";
    case 404: return "404 Not Found";
    case 405: return "405 Method Not Allowed\r\nAllow: GET, HEAD";
    case 408: return "408 Request Timeout";
    case 431: return "431 Request Header Fields Too Large";
    case 505: return "505 HTTP Version Not Supported";
    default: return "400 Bad Request";
  }
}

void append_answer(std::string& answers, int status, std::string_view body, bool keeps_alive, bool has_body) {
  answers += "HTTP/1.1 ";
  answers += name_of(status);
  answers += "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
  answers += std::to_string(body.size());
  // HTTP/1.0 does not keep a connection unless both say so.
  answers += keeps_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (has_body) answers += body;
}

// What the server is about, in a web server worth its name a table of handlers.
void append_answer_to(const Request& request, std::string& answers) {
  constexpr std::string_view kEcho = "/echo/";
  const bool has_body = request.method != "HEAD";
  if (request.target == "/") {
    append_answer(answers, 200, "Hello from chapter 4\n", request.keeps_alive, has_body);
  } else if (request.target.starts_with(kEcho)) {
    append_answer(answers, 200, request.target.substr(kEcho.size()) + "\n", request.keeps_alive, has_body);
  } else {
    append_answer(answers, 404, "there is nothing at " + request.target + "\n", request.keeps_alive,
                  has_body);
  }
}

}  // namespace

Async<IoResult<void>> HttpServer::serve(Socket listener) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (accepted) {
      auto socket = Socket::add(listener.driver(), *std::move(accepted));
      if (!socket) continue;  // the system watches no more descriptors for us: this one is turned away
      (void)connections_.fetch_add(1, base::relaxed);
      spawn_(serve_connection(*std::move(socket)));
    } else if (is_exhaustion(accepted.error())) {
      // No event tells when there are descriptors again. Nobody is turned away: they wait in the queue.
      (void)backed_off_.fetch_add(1, base::relaxed);
      co_await sleep(limits_.backs_off);
    } else {
      co_return std::unexpected(accepted.error());
    }
  }
}

Async<> HttpServer::serve_connection(Socket socket) {
  RequestReader reader;
  std::array<char, 16 * 1024> buffer;
  std::string answers;
  Instant deadline = from_now(limits_.idle);
  bool had_begun = false;  // since the last answer
  for (bool goes_on = true; goes_on;) {
    goes_on = answer(reader, answers);
    if (!answers.empty()) {
      const bool was_sent = co_await send(socket, answers);
      if (!was_sent) co_return;
      deadline = from_now(limits_.idle);
      had_begun = false;
      continue;  // more of them may be there already
    }
    if (!goes_on) break;
    // The time of a request counts from its first byte, however many it sends one by one. Empty lines, which
    // are no request, give nobody more time.
    if (reader.has_begun() && !had_begun) {
      deadline = from_now(limits_.request);
      had_begun = true;
    }
    const bool was_received = co_await receive(socket, buffer, reader, deadline);
    if (was_received) continue;
    if (!reader.has_begun() || now() < deadline) co_return;  // it said nothing, or its end has come
    append_answer(answers, 408, "the request was not finished in time\n", false, true);
    (void)co_await send(socket, answers);
    break;
  }
  co_await part(socket);
}

bool HttpServer::answer(RequestReader& reader, std::string& answers) {
  while (answers.size() < kMostInOneWrite) {
    const auto next = reader.next();
    if (!next) {
      append_answer(answers, next.error().status, next.error().why + "\n", false, true);
      return false;
    }
    if (!*next) return true;
    (void)requests_.fetch_add(1, base::relaxed);
    append_answer_to(**next, answers);
    if (!(*next)->keeps_alive) return false;
  }
  return true;
}

// False: it has ended, or failed, or the time is over.
Async<bool> HttpServer::receive(Socket& socket, std::span<char> buffer, RequestReader& reader,
                                Instant deadline) {
  const auto count = co_await timeout_at(deadline, socket.read(buffer));
  if (!count || !*count || **count == 0) co_return false;
  reader.feed(std::string_view(buffer.data(), **count));
  co_return true;
}

Async<bool> HttpServer::send(Socket& socket, std::string& answers) {
  const auto sent = co_await timeout(limits_.answer, socket.write_all(answers));
  answers.clear();
  co_return sent && sent->has_value();
}

// A connection that is closed while something of the peer's is unread is reset, and the reset may overtake
// the answer. So it is only half closed, and the rest is read and thrown away; not for ever, and not without
// an end.
Async<> HttpServer::part(Socket& socket) {
  end_writing(socket.fd());
  const Instant deadline = from_now(limits_.farewell);
  std::array<char, 4096> unread;
  for (std::size_t total = 0; total < kMostAfterTheEnd;) {
    const auto count = co_await timeout_at(deadline, socket.read(unread));
    if (!count || !*count || **count == 0) co_return;
    total += **count;
  }
}

}  // namespace ch04
