// s4_connection.cpp -- one connection from its first byte to its close.
#include "ch10_std_server/s4_connection.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <span>
#include <sys/socket.h>

#include "common/future/select.hpp"

#include "ch10_std_server/s3_drain.hpp"
#include "ch10_std_server/s3_frame_receiver.hpp"
#include "ch10_std_server/s3_sender.hpp"
#include "ch10_std_server/s3_sleep.hpp"

namespace ch10 {
namespace {

Async<void> reply(Executor& executor, Socket& socket) {
  const auto sent = co_await TcpSender(executor, socket, std::as_bytes(std::span(kReply)));
  if (!sent) co_return;  // the client is gone; that is its right
  ::shutdown(socket.descriptor.get(), SHUT_WR);
  co_await TcpDrain(executor, socket);
}

}  // namespace

std::string to_string(const sockaddr_in& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(address.sin_port));
}

Async<void> handle_client(Executor& executor, const ServerOptions& options, const bool& stopping,
                          Connection connection) {
  Socket socket(std::move(connection.descriptor));
  auto message = co_await FrameReceiver(executor, socket, options.max_frame, options.idle, stopping);
  if (!message) {
    if (!options.quiet && !message.error().empty()) {
      std::fprintf(stderr, "Failed to decode message from %s: %s\n", to_string(connection.peer).c_str(),
                   message.error().c_str());
    }
    co_return;
  }
  if (!options.quiet) {
    std::printf("Received message: %s\n", message->debug_string().c_str());
    std::fflush(stdout);
  }
  co_await Sleep(executor, options.work);
  co_await async::select_biased(reply(executor, socket), [&] { return Sleep(executor, kReplyLimit); });
}

}  // namespace ch10
