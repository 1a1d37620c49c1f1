// s2_delay_server.cpp -- how a connection is served: one request, a delay, one reply.
#include "ch01_processes_threads/s2_delay_server.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "common/io/http/message_reader.hpp"
#include "common/time/sleep.hpp"

namespace ch01 {
namespace {

http::Response json(std::string text) {
  http::Response reply(200, "OK", std::move(text));
  reply.fields.add("Content-Type", "application/json");
  return reply;
}

http::Response refusal(int status, std::string reason, std::string why) {
  http::Response reply(status, std::move(reason), std::move(why) + "\n");
  reply.fields.add("Content-Type", "text/plain");
  if (status == 405) reply.fields.add("Allow", "GET");
  return reply;
}

// The 5 of "/delay/5". An hour at most.
std::optional<std::chrono::seconds> asked_delay(std::string_view target) {
  const std::string_view start = "/delay/";
  if (!target.starts_with(start)) return std::nullopt;
  target.remove_prefix(start.size());
  int seconds = 0;
  const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), seconds);
  if (error != std::errc() || end != target.data() + target.size() || seconds < 0 || seconds > 3600)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

TcpListener listen_on_loopback() {
  auto listener = TcpListener::bind("127.0.0.1:0");  // port 0: the system chooses a free one
  if (!listener) throw std::system_error(listener.error().code(), listener.error().message());
  return *std::move(listener);
}

}  // namespace

DelayServer::DelayServer(Duration delay, Hold hold)
    : accepting_([&] {
        TcpListener listener = listen_on_loopback();
        const std::uint16_t port = listener.local_address().value().port();
        site_ = std::make_shared<const Site>(port, delay, std::move(hold));
        return spawn(accept, std::move(listener), site_);
      }()) {}

DelayServer::Hold DelayServer::sleeping() {
  return [](Duration duration) -> Async<> { co_await sleep(duration); };
}

std::string DelayServer::Site::url(std::string_view target) const {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
}

Async<http::Response> DelayServer::Site::answer(const http::Request& request) const {
  if (request.method != "GET") co_return refusal(405, "Method Not Allowed", "only GET is answered here");
  if (request.target == "/posts/1") {
    co_await hold(delay);
    co_return json("{\"id\": 1, \"title\": \"waiting is no work\"}");
  }
  if (const auto asked = asked_delay(request.target)) {
    co_await hold(*asked);
    co_return json("{\"args\": {}, \"url\": \"" + url(request.target) + "\"}");
  }
  co_return refusal(404, "Not Found", "there are /posts/1 and /delay/SECONDS, 0 to 3600");
}

Async<> DelayServer::serve(TcpStream stream, std::shared_ptr<const Site> site) {
  http::MessageReader<http::Request, TcpStream> requests(stream);
  auto request = co_await requests.next();
  http::Response reply;
  if (!request) {
    reply = refusal(400, "Bad Request", request.error().message());
  } else if (*request) {
    reply = co_await site->answer(**request);
  } else {
    co_return;  // closed without a word
  }
  reply.fields.add("Connection", "close");
  const std::string text = reply.to_text();
  (void)co_await stream.write_all(text);  // whoever has not waited for it does not need it
}

Async<> DelayServer::accept(TcpListener listener, std::shared_ptr<const Site> site) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) {
      if (accepted.error().is(std::errc::operation_canceled)) co_return;  // the runtime's I/O has ended
      co_await sleep(TcpListener::kPause);  // this one is lost: no reason to lose the next, nor to spin
      continue;
    }
    spawn(serve, std::move(accepted->first), site).detach();
  }
}

}  // namespace ch01
