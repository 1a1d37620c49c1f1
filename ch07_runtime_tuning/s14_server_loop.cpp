// s14_server_loop.cpp -- the demo of 7.14: fifty connections, served at once.
#include "ch07_runtime_tuning/s14_server_loop.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s13_echo.hpp"
#include "ch07_runtime_tuning/s14_stopwatch.hpp"

namespace ch07 {
namespace {

using demo::println;

// All have connected before the first one says a word: so the server has all the connections
// at the same time.
Async<std::size_t> talkative_client(SocketAddress server, std::size_t messages,
                                    std::shared_ptr<Barrier> all) {
  auto stream = co_await TcpStream::connect(server);
  (void)co_await all->wait();
  std::size_t right = 0;
  for (std::size_t i = 0; stream && i < messages; ++i) {
    const std::string text = "message " + std::to_string(i);
    std::string answer(text.size(), ' ');
    const auto sent = co_await stream->write_all(text);
    const auto received = co_await stream->read_exact(std::as_writable_bytes(std::span(answer)));
    if (!sent || !received) break;
    if (answer == text) ++right;
  }
  co_return right;
}

}  // namespace

Async<std::size_t> right_echoes(std::size_t clients, std::size_t messages) {
  auto listener = TcpListener::bind("127.0.0.1:0");
  if (!listener) {
    println(listener.error().message());
    co_return 0;
  }
  const SocketAddress address = *listener->local_address();
  auto server = spawn(serve_echo, *std::move(listener));
  const auto all = std::make_shared<Barrier>(clients);
  std::vector<JoinHandle<std::size_t>> handles;
  for (std::size_t i = 0; i < clients; ++i)
    handles.push_back(spawn(talkative_client, address, messages, all));
  std::size_t right = 0;
  for (auto& handle : handles) {
    const auto count = co_await handle;
    right += count.value_or(0);
  }
  server.abort();
  co_return right;
}

bool server_loop_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("fifty clients", std::chrono::minutes(5));
  std::size_t right = 0;
  const auto time = real_time_of([&] { right = run_async_main(right_echoes(50, 100)); });
  println("50 connections at once, 100 messages each: ", right, " right echoes");
  print_time(options, "in ", time);
  return right == 5000;
}

}  // namespace ch07
