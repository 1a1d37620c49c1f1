// s13_echo.cpp -- the demo of 7.13: the guide's echo server, and a client that reads while it writes.
#include "ch07_runtime_tuning/s13_echo.hpp"

#include <array>
#include <span>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

Async<IoResult<void>> send_lines(TcpStream::OwnedWrite to, std::vector<std::string> lines) {
  for (const std::string& line : lines) {
    const auto sent = co_await to.write_all(line);
    if (!sent) co_return std::unexpected(sent.error());
  }
  co_return IoResult<void>();  // the half ends here: the server reads the end
}

Async<bool> echo_in_one_process(const demo::Options& options) {
  auto listener = TcpListener::bind("127.0.0.1:0");  // port 0: the system chooses a free one
  if (!listener) {
    println(listener.error().message());
    co_return false;
  }
  const SocketAddress address = *listener->local_address();
  println("Server listening on 127.0.0.1:", demo::shown(options, address.port(), "<port>"));
  auto server = spawn(serve_echo, *std::move(listener));

  bool all = true;
  for (const char* text : {"one", "two", "three"}) {
    const auto answer = co_await echo_client(address, text);
    println("echo: ", answer ? *answer : answer.error().message());
    all = all && answer && *answer == text;
  }
  std::vector<std::string> lines{"first ", "second ", "third"};
  const auto whole = co_await split_client(address, std::move(lines));
  println("split in halves: ", whole ? *whole : whole.error().message());
  server.abort();
  (void)co_await server;
  const auto late = co_await echo_client(address, "late");
  println("the server is gone: ", late ? *late : late.error().code().message());
  all = all && whole && *whole == "first second third";
  co_return all && !late && late.error().is(std::errc::connection_refused);
}

}  // namespace

Async<std::size_t> echo(TcpStream stream) {
  std::array<std::byte, 1024> buffer;
  std::size_t total = 0;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) break;  // reset, or closed
    const auto sent = co_await stream.write_all(std::span(buffer).first(*count));
    if (!sent) break;
    total += *count;
  }
  co_return total;
}

Async<> serve_echo(TcpListener listener) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) {
      println(accepted.error().message());
      co_return;
    }
    spawn(echo, std::move(accepted->first)).detach();
  }
}

Async<IoResult<std::string>> echo_client(SocketAddress server, std::string text) {
  auto stream = co_await TcpStream::connect(server);
  if (!stream) co_return std::unexpected(stream.error());
  const auto sent = co_await stream->write_all(text);
  if (!sent) co_return std::unexpected(sent.error());
  std::string answer(text.size(), ' ');
  const auto received = co_await stream->read_exact(std::as_writable_bytes(std::span(answer)));
  if (!received) co_return std::unexpected(received.error());
  co_return answer;
}

Async<IoResult<std::string>> split_client(SocketAddress server, std::vector<std::string> lines) {
  auto stream = co_await TcpStream::connect(server);
  if (!stream) co_return std::unexpected(stream.error());
  auto [reader, writer] = std::move(*stream).into_split();
  auto sending = spawn(send_lines, std::move(writer), std::move(lines));
  std::string answer;
  const auto received = co_await reader.read_to_string(answer);
  (void)co_await sending;
  if (!received) co_return std::unexpected(received.error());
  co_return answer;
}

bool echo_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("an echo");
  return run_async_main(echo_in_one_process(options), RuntimeFlavor::current_thread);
}

}  // namespace ch07
