// scripted_server.hpp -- a server on loopback that answers each request with the bytes of its script.
//
// For the demos and the tests: so it can send what no decent server sends. It knows just enough of HTTP to
// find the target in a request. Plain, or under TLS.
//
//   Script script;
//   script["/hello"] = ScriptedReply(ok_reply("Hello"));
//   script["/cut"] = ScriptedReply("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHel", Ending::cut);
//   const auto spawn = [&](Async<> connection) { executor.spawn_task(std::move(connection)).detach(); };
//   const auto address = start_server(std::nullopt, script, spawn);
//
// Thread safety: as any future. Cancelling: dropping it closes the listener; its connections are tasks of
//   their own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/io/tcp_listener.hpp"

#include "ch04_networking/https/tls_config.hpp"

namespace ch04 {

enum class Ending : std::uint8_t {
  properly,  // with close_notify under TLS, then the end of the stream
  cut,       // the connection is dropped
  never,     // silence, until the client goes
};

struct ScriptedReply {
  ScriptedReply() = default;
  explicit ScriptedReply(std::string text, Ending how = Ending::properly)
      : bytes([kept = std::move(text)] { return kept; }), ending(how) {}
  // Asked for when the request is there, and the client waits.
  explicit ScriptedReply(std::function<std::string()> make) : bytes(std::move(make)) {}

  std::function<std::string()> bytes;
  Ending ending = Ending::properly;
};

using Script = std::map<std::string, ScriptedReply>;  // by target; for others a 404
using SpawnConnection = std::function<void(Async<>)>;

// "HTTP/1.1 200 OK", a Content-Length, the body.
[[nodiscard]] std::string ok_reply(const std::string& body);

// Ends when it is dropped, or when its listener fails.
[[nodiscard]] Async<> serve_script(TcpListener listener, std::optional<TlsConfig> tls, Script script,
                                   SpawnConnection spawn);

// The same on a port of loopback that the system chooses, as a task that `spawn` gets: the address.
[[nodiscard]] IoResult<SocketAddress> start_server(std::optional<TlsConfig> tls, Script script,
                                                   SpawnConnection spawn);

}  // namespace ch04
