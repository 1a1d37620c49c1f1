// s4_connection.cpp -- one connection from its first byte to its close.
#include "ch10_std_server/s4_connection.hpp"

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
  const auto sent =
      co_await TcpSender(executor, socket, std::as_bytes(std::span(kReply)), TcpSender::Then::shutdown);
  if (!sent) co_return;  // the client is gone; that is its right
  ::shutdown(socket.descriptor.get(), SHUT_WR);
  co_await TcpDrain(executor, socket);
}

}  // namespace

Async<void> handle_client(Executor& executor, const ServerOptions& options, const bool& stopping,
                          Connection connection) {
  Socket socket(std::move(connection.descriptor));
  auto message = co_await FrameReceiver(executor, socket, options.max_frame, options.idle, stopping);
  if (!message) {
    if (!options.quiet && !message.error().empty()) options.lines->refused(connection.peer, message.error());
    co_return;
  }
  if (!options.quiet) options.lines->message(*message);
  co_await Sleep(executor, options.work);
  co_await async::select_biased(reply(executor, socket),
                                [&] { return Sleep(executor, options.reply_limit); });
}

}  // namespace ch10
