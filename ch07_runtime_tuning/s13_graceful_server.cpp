// s13_graceful_server.cpp -- the demo of 7.13: the guide's graceful shutdown with Ctrl-C, watch and select.
#include "ch07_runtime_tuning/s13_graceful_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <unistd.h>
#include <utility>
#include <variant>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/io/signal.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s13_echo.hpp"
#include "ch07_runtime_tuning/s6_signal_scope.hpp"

namespace ch07 {
namespace {

using demo::println;

// The connection's own work is dropped where it waits, when the shutdown comes first.
Async<> handle_connection(TcpStream stream, watch::Receiver<bool> shutdown) {
  const auto told = [&] { return shutdown.changed(); };
  const auto ended = co_await select(echo(std::move(stream)), told);
  println(ended.index() == 0 ? "connection closed" : "connection handler shutting down");
}

// Asks once, so that its handler is known to be there, and stays connected.
Async<IoResult<TcpStream>> connect_and_greet(SocketAddress server) {
  auto stream = co_await TcpStream::connect(server);
  if (!stream) co_return stream;
  const auto sent = co_await stream->write_all("hi");
  std::array<std::byte, 2> answer;
  const auto received = co_await stream->read_exact(answer);
  if (!sent || !received) co_return std::unexpected(sent ? received.error() : sent.error());
  co_return stream;
}

Async<bool> serve_until_ctrl_c(const demo::Options& options) {
  // ctrl_c() would do in one call, but only from its first poll on: this one is there before the clients are.
  auto interrupt = signal(SignalKind::interrupt());
  auto listener = TcpListener::bind("127.0.0.1:0");
  if (!interrupt || !listener) {
    println("no server: ", (interrupt ? listener.error() : interrupt.error()).message());
    co_return false;
  }
  const SocketAddress address = *listener->local_address();
  auto [shutdown_tx, shutdown_rx] = watch::channel(false);
  auto server = spawn(run_server, *std::move(listener), std::move(shutdown_rx));

  const auto one = co_await connect_and_greet(address);
  const auto two = co_await connect_and_greet(address);
  if (!one || !two) {
    println("no client: ", (one ? two : one).error().message());
    co_return false;
  }
  println("two clients are connected");
  if (options.interactive) {
    println("press Ctrl-C");
  } else {
    ::kill(::getpid(), SIGINT);
  }
  const auto heard = co_await interrupt->recv();
  if (!heard) {
    println("no signal: ", heard.error().message());
    co_return false;
  }
  println("shutdown signal received");
  (void)shutdown_tx.send(true);
  const auto served = co_await server;
  println("connections served: ", served.value_or(0));
  co_return served && *served == 2;
}

}  // namespace

// The guide's handlers watch the same value as their server, and may be told before it. Here the server
// tells them: first no connection is accepted any more, then those that are open end.
Async<std::size_t> run_server(TcpListener listener, watch::Receiver<bool> shutdown) {
  auto handlers_end = watch::channel(false);
  const auto connection = [&] { return listener.accept(); };
  const auto told = [&] { return shutdown.changed(); };
  std::size_t count = 0;
  for (;;) {
    auto next = co_await select(connection, told);
    if (next.index() == 1) break;
    auto& accepted = std::get<0>(next);
    if (!accepted) continue;
    ++count;
    spawn(handle_connection, std::move(accepted->first), handlers_end.receiver.clone()).detach();
  }
  println("server shutting down");
  (void)handlers_end.sender.send(true);
  {
    const auto own = std::move(handlers_end.receiver);
  }
  co_await handlers_end.sender.closed();  // the last handler has let go of its receiver
  co_return count;
}

bool graceful_server_demo(const demo::Options& options) {
  const SignalScope interrupt(SIGINT);
  const demo::WaitingFor waiting("the server to shut down",
                                 options.interactive ? std::chrono::hours(1) : std::chrono::seconds(20));
  return run_async_main(serve_until_ctrl_c(options), RuntimeFlavor::current_thread);
}

}  // namespace ch07
