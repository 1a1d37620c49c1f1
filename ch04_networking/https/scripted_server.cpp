// scripted_server.cpp -- one connection: a request, a reply, an end.
#include "ch04_networking/https/scripted_server.hpp"

#include <array>
#include <memory>
#include <span>

#include "ch04_networking/https/custom_stream.hpp"

namespace ch04 {
namespace {

constexpr std::size_t kLongestRequest = 8192;

// Until the client has ended, or its connection.
Async<> read_to_end(CustomStream& stream) {
  std::array<std::byte, 1024> buffer;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) co_return;
  }
}

// All of the request, or what cannot become one; nothing if the client has ended before.
Async<std::string> read_request(CustomStream& stream) {
  std::array<std::byte, 1024> buffer;
  std::string request;
  while (!request.contains("\r\n\r\n") && (request.empty() || request.front() == 'G')) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0 || request.size() > kLongestRequest) co_return std::string();
    request.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
  co_return request;
}

// "GET /hello HTTP/1.1": what stands between the spaces.
std::string target_of(const std::string& request) {
  const auto first = request.find(' ');
  const auto second = request.find(' ', first + 1);
  return second == request.npos ? std::string() : request.substr(first + 1, second - first - 1);
}

Async<IoResult<CustomStream>> accept_stream(TcpStream tcp, std::optional<TlsConfig> tls) {
  (void)tcp.set_nodelay(true);
  if (!tls) co_return CustomStream(PlainStream(std::move(tcp)));
  auto accepted = co_await TlsStream::accept(std::move(tcp), *tls);
  if (!accepted) co_return std::unexpected(accepted.error());  // the client did not like the certificate
  co_return CustomStream(std::move(*accepted));
}

Async<> serve_one(TcpStream tcp, std::optional<TlsConfig> tls, std::shared_ptr<const Script> script) {
  auto stream = co_await accept_stream(std::move(tcp), std::move(tls));
  if (!stream) co_return;
  const std::string request = co_await read_request(*stream);
  if (request.empty()) co_return;
  const auto found = script->find(target_of(request));
  const bool is_known = found != script->end();
  // Named: g++ 12 destroys the temporaries of a ?: inside a co_await twice.
  std::string reply =
      is_known ? found->second.bytes() : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  const auto sent = co_await stream->write_all(std::move(reply));
  const Ending ending = is_known ? found->second.ending : Ending::properly;
  if (!sent || ending == Ending::cut) co_return;
  if (ending == Ending::properly) (void)co_await stream->shutdown();
  co_await read_to_end(*stream);
}

}  // namespace

std::string ok_reply(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

Async<> serve_script(TcpListener listener, std::optional<TlsConfig> tls, Script script,
                     SpawnConnection spawn) {
  const auto shared = std::make_shared<const Script>(std::move(script));
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) co_return;
    spawn(serve_one(std::move(accepted->first), tls, shared));
  }
}

IoResult<SocketAddress> start_server(std::optional<TlsConfig> tls, Script script, SpawnConnection spawn) {
  auto listener = TcpListener::bind(SocketAddress::loopback(0));
  if (!listener) return std::unexpected(listener.error());
  const auto address = listener->local_address();
  if (address) spawn(serve_script(std::move(*listener), std::move(tls), std::move(script), spawn));
  return address;
}

}  // namespace ch04
