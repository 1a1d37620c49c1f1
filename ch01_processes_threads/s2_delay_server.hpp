// s2_delay_server.hpp -- DelayServer: stands for the book's websites: answers on loopback, after a delay.
//
//   GET /posts/1    after the server's own delay: a post, as JSON
//   GET /delay/5    after 5 seconds: what was asked for, as JSON
//
// Anything else is told what is wrong: 400, 404, 405. One request for each connection; a task for each.
// The delays go by the clock of the runtime, so --speed divides them.
//
// Thread safety: any thread. Lifetime: dropping it ends the accepting; replies that wait still come, while
// the runtime runs in which it was started.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/future/async.hpp"
#include "common/io/http/message.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/runtime/handle.hpp"
#include "common/time/clock.hpp"

namespace ch01 {

using namespace async;

class DelayServer {
 public:
  static constexpr Duration kLikeAWebsite = std::chrono::milliseconds(140);
  // Waits before a reply. A test puts something else in its place, which ends by an event.
  using Hold = std::function<Async<>(Duration)>;

  // Inside a runtime, which runs it; the system chooses the port.
  // Errors: std::system_error if the system gives no socket.
  explicit DelayServer(Duration delay = kLikeAWebsite, Hold hold = sleeping());
  DelayServer(const DelayServer&) = delete;
  DelayServer& operator=(const DelayServer&) = delete;
  ~DelayServer() { accepting_.abort(); }

  [[nodiscard]] std::uint16_t port() const { return site_->port; }
  // "/posts/1" to "http://127.0.0.1:40001/posts/1"
  [[nodiscard]] std::string url(std::string_view target) const { return site_->url(target); }

 private:
  // What the tasks of the connections share.
  struct Site {
    [[nodiscard]] std::string url(std::string_view target) const;
    [[nodiscard]] Async<http::Response> answer(const http::Request& request) const;

    std::uint16_t port = 0;
    Duration delay{};
    Hold hold;
  };

  static Hold sleeping();
  static Async<> serve(TcpStream stream, std::shared_ptr<const Site> site);
  static Async<> accept(TcpListener listener, std::shared_ptr<const Site> site);

  std::shared_ptr<const Site> site_;
  JoinHandle<> accepting_;
};

}  // namespace ch01
