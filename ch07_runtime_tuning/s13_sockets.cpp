// s13_sockets.cpp -- the demo of 7.13: UDP, a Unix stream by its path, a pair of them.
#include "ch07_runtime_tuning/s13_sockets.hpp"

#include <array>
#include <span>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/io/udp_socket.hpp"
#include "common/io/unix_stream.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Async<> pong(UdpSocket socket) {
  std::array<std::byte, 64> buffer;
  const auto got = co_await socket.recv_from(buffer);
  if (!got) co_return;
  const auto reply = "pong for " + std::string(text_of(std::span(buffer).first(got->first)));
  (void)co_await socket.send_to(reply, got->second);
}

// One connection, one message.
Async<> echo_once(UnixListener listener) {
  auto accepted = co_await listener.accept();
  if (!accepted) co_return;
  std::string text;
  (void)co_await accepted->first.read_to_string(text);
  (void)co_await accepted->first.write_all("echo of " + text);
}

// Sends and ends its direction; the other one stays open for the answer.
Async<IoResult<std::string>> ask(UnixStream stream, std::string text) {
  const auto sent = co_await stream.write_all(text);
  if (!sent) co_return std::unexpected(sent.error());
  (void)stream.shutdown();
  std::string answer;
  const auto received = co_await stream.read_to_string(answer);
  if (!received) co_return std::unexpected(received.error());
  co_return answer;
}

std::string in_words(const IoResult<std::string>& answer) {
  return answer ? *answer : answer.error().message();
}

}  // namespace

Async<IoResult<std::string>> ping_by_udp() {
  auto here = UdpSocket::bind("127.0.0.1:0");
  if (!here) co_return std::unexpected(here.error());
  auto there = UdpSocket::bind("127.0.0.1:0");
  if (!there) co_return std::unexpected(there.error());
  const SocketAddress to = *there->local_address();
  auto answering = spawn(pong, *std::move(there));
  const auto sent = co_await here->send_to("ping", to);
  if (!sent) co_return std::unexpected(sent.error());
  std::array<std::byte, 64> buffer;
  const auto got = co_await here->recv_from(buffer);
  (void)co_await answering;
  if (!got) co_return std::unexpected(got.error());
  co_return std::string(text_of(std::span(buffer).first(got->first)));
}

Async<IoResult<std::string>> echo_by_unix_socket(std::string path) {
  auto listener = UnixListener::bind(path);
  if (!listener) co_return std::unexpected(listener.error());
  auto server = spawn(echo_once, *std::move(listener));
  auto stream = co_await UnixStream::connect(path);
  ::unlink(path.c_str());  // the file is only needed to find each other
  if (!stream) co_return std::unexpected(stream.error());
  auto answer = co_await ask(*std::move(stream), "a socket file");
  (void)co_await server;
  co_return answer;
}

Async<IoResult<std::string>> echo_by_pair() {
  auto ends = UnixStream::pair();
  if (!ends) co_return std::unexpected(ends.error());
  const auto sent = co_await ends->first.write_all("both ends here");
  if (!sent) co_return std::unexpected(sent.error());
  (void)ends->first.shutdown();
  std::string received;
  const auto all = co_await ends->second.read_to_string(received);
  if (!all) co_return std::unexpected(all.error());
  co_return received;
}

bool sockets_demo(const demo::Options&) {
  const demo::WaitingFor waiting("messages between sockets");
  const demo::TemporaryFolder folder;
  const auto udp = run_async_main(ping_by_udp(), RuntimeFlavor::current_thread);
  println("UDP: ", in_words(udp));
  const auto by_path =
      run_async_main(echo_by_unix_socket(folder.path_of("socket")), RuntimeFlavor::current_thread);
  println("Unix stream: ", in_words(by_path));
  const auto by_pair = run_async_main(echo_by_pair(), RuntimeFlavor::current_thread);
  println("Unix pair: ", in_words(by_pair));
  return udp && *udp == "pong for ping" && by_path && *by_path == "echo of a socket file" && by_pair &&
         *by_pair == "both ends here";
}

}  // namespace ch07
