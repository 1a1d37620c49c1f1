// s6_http_server_demo.cpp -- the demo of 4.6: what the server answers, on chapter 3's executor.
//
// With --interactive it serves until Ctrl-C, for curl or a browser of yours.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/executor.hpp"
#include "ch04_networking/s6_ctrl_c.hpp"
#include "ch04_networking/s6_http_server.hpp"

namespace ch04 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// Sends the bytes and reads until the server ends the connection. What came, or why nothing did.
Async<std::string> exchange(Driver& driver, SocketAddress server, std::string bytes) {
  auto socket = co_await Socket::connect(driver, server);
  if (!socket) co_return socket.error().message();
  const auto sent = co_await socket->write_all(bytes);
  if (!sent) co_return sent.error().message();
  std::string received;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto count = co_await socket->read(buffer);
    if (!count) co_return count.error().message();
    if (*count == 0) co_return received;
    received.append(buffer.data(), *count);
  }
}

std::string request(const std::string& first_words, const std::string& connection = "close") {
  return first_words + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: " + connection + "\r\n\r\n";
}

// The status of the first answer, and the body of the last one.
std::string in_short(const std::string& answers) {
  const std::string status = answers.substr(0, answers.find("\r\n"));
  const std::string body = answers.substr(answers.rfind("\r\n\r\n") + 4);
  return status + (body.empty() ? ", no body" : ": " + body.substr(0, body.find('\n')));
}

// Asks, prints, and compares with what is promised.
class Asker {
 public:
  Asker(Driver& driver, const SocketAddress& server) : driver_(driver), server_(server) {}

  void asks(const char* what, const std::string& bytes, const char* promised) {
    const std::string answer = in_short(block_on(exchange(driver_, server_, bytes)));
    println(what, " -> ", answer);
    if (answer != promised) {
      println("  promised was: ", promised);
      as_promised_ = false;
    }
  }
  [[nodiscard]] bool all_as_promised() const { return as_promised_; }

 private:
  Driver& driver_;
  const SocketAddress server_;
  bool as_promised_ = true;
};

bool ask_everything(Driver& driver, const SocketAddress& server) {
  Asker client(driver, server);
  client.asks("GET /", request("GET /"), "HTTP/1.1 200 OK: Hello from chapter 4");
  client.asks("HEAD /", request("HEAD /"), "HTTP/1.1 200 OK, no body");
  client.asks("GET /nowhere", request("GET /nowhere"),
              "HTTP/1.1 404 Not Found: there is nothing at /nowhere");
  client.asks("DELETE /", request("DELETE /"),
              "HTTP/1.1 405 Method Not Allowed: only GET and HEAD are known here");
  client.asks("three GET in one write, the last one's answer",
              request("GET /echo/one", "keep-alive") + request("GET /echo/two", "keep-alive") +
                  request("GET /echo/three"),
              "HTTP/1.1 200 OK: three");
  client.asks("no HTTP", "how are you?\r\n\r\n",
              "HTTP/1.1 400 Bad Request: the first line is not METHOD TARGET VERSION");
  client.asks(
      "a header of 9,000 bytes", "GET / HTTP/1.1\r\nCookie: " + std::string(9'000, 'x'),
      "HTTP/1.1 431 Request Header Fields Too Large: the head of a request is longer than 8192 bytes");
  const Instant start = now();
  client.asks("a request without its end", "GET / HTTP/1.1\r\nHost:",
              "HTTP/1.1 408 Request Timeout: the request was not finished in time");
  println("  that took as long as a request may: ", demo::yes_or_no(now() - start >= 2s));
  return client.all_as_promised() && now() - start >= 2s;
}

}  // namespace

bool http_server_demo(const demo::Options& options) {
  const RealTime real_time(options);
  auto listener =
      value_of(listen_on(SocketAddress::loopback(static_cast<std::uint16_t>(options.count("port")))));
  const SocketAddress address = value_of(local_address(listener.get()));
  Driver driver;
  std::function<void(Async<>)> run;
  HttpServer::Limits limits;
  if (!options.interactive) limits.request = 2s;
  HttpServer server({.spawn = [&run](Async<> connection) { run(std::move(connection)); }, .limits = limits});
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
  run = [&executor](Async<> connection) { executor.spawn_task(std::move(connection)).detach(); };

  auto serving = executor.spawn_task(server.serve(value_of(Socket::add(driver, std::move(listener)))));
  println("serving on http://127.0.0.1:", demo::shown(options, address.port(), "<port>"), "/");
  if (options.interactive) {
    CtrlC ctrl_c;
    println("try: curl -v http://", address.to_string(), "/echo/dingo   Ctrl-C ends it");
    ctrl_c.wait();
    println("answered: ", server.requests(), " requests");
    return true;
  }
  const demo::WaitingFor waiting("answers of the HTTP server");
  return ask_everything(driver, address) && !serving.is_finished();
}

}  // namespace ch04
