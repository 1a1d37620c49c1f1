// s5_client.cpp -- connecting, sending and receiving without ever blocking the thread.
#include "ch10_std_server/s5_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <vector>

#include "common/base/thread.hpp"
#include "common/future/select.hpp"

#include "ch10_std_server/s3_receiver.hpp"
#include "ch10_std_server/s3_sender.hpp"
#include "ch10_std_server/s3_sleep.hpp"
#include "ch10_std_server/s4_connection.hpp"

namespace ch10 {
namespace {

// A reply that is longer is none of ours.
constexpr std::size_t kLongestReply = 64 * 1024;

std::error_code last_error() { return {errno, std::generic_category()}; }

// Ready once the socket is connected, or cannot be.
class TcpConnect {
 public:
  using Output = std::expected<void, std::error_code>;

  TcpConnect(Executor& executor, Socket& socket, const sockaddr_in& server)
      : executor_(&executor), socket_(&socket), server_(server) {}

  Poll<Output> poll(Context& cx) {
    const int descriptor = socket_->descriptor.get();
    // The first call begins the handshake (EINPROGRESS), the next ones ask how it stands: to the same machine it
    // is over by the second call, and the executor need not be asked.
    while (::connect(descriptor, reinterpret_cast<const sockaddr*>(&server_), sizeof server_) < 0) {
      if (errno == EISCONN) break;
      if (errno == EALREADY) {
        executor_->wake_when(*socket_, Interest::writable, cx.waker());
        return Pending();
      }
      if (errno != EINPROGRESS && errno != EINTR) return Ready(Output(std::unexpect, last_error()));
    }
    return Ready(Output());
  }

 private:
  Executor* executor_;
  Socket* socket_;
  sockaddr_in server_;
};

Reply failed(const char* while_doing, std::error_code error) {
  return std::unexpected(std::string(while_doing) + ": " + error.message());
}

Async<Reply> send_in_time(Executor& executor, sockaddr_in server, Data data, Clock::duration timeout) {
  // The deadline is asked first: a reply that comes with it comes too late.
  auto won = co_await async::select_biased([&] { return Sleep(executor, timeout); },
                                           send_data(executor, server, std::move(data)));
  if (won.index() == 0) co_return std::unexpected("no reply in time");
  co_return std::get<1>(std::move(won));
}

sockaddr_in address_of(const ClientOptions& options) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw std::invalid_argument("not an IPv4 address: '" + options.host + "' (give for example 127.0.0.1)");
  }
  return address;
}

}  // namespace

Async<Reply> send_data(Executor& executor, sockaddr_in server, Data data) {
  Descriptor opened(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!opened) co_return failed("socket", last_error());
  Socket socket(std::move(opened));
  const auto connected = co_await TcpConnect(executor, socket, server);
  if (!connected) co_return failed("connect", connected.error());

  const auto bytes = data.serialize();
  if (!bytes) co_return std::unexpected(std::string(to_string(bytes.error())));
  const auto sent = co_await TcpSender(executor, socket, *bytes);
  if (!sent) co_return failed("send", sent.error());

  std::string reply;
  std::array<std::byte, 256> chunk;
  for (;;) {
    const auto received = co_await TcpReceiver(executor, socket, chunk);
    if (!received) co_return failed("receive", received.error());
    if (*received == 0) break;
    reply.append(reinterpret_cast<const char*>(chunk.data()), *received);
    if (reply.size() > kLongestReply) co_return std::unexpected("the reply has no end");
  }
  if (reply.empty()) co_return std::unexpected("the server closed the connection without a reply");
  if (!is_utf8(reply)) co_return std::unexpected("the reply is not valid UTF-8");
  co_return reply;
}

namespace {

// One task that fails in a way that is no reply (the system refuses to watch its socket) is one failed request.
Reply reply_of(JoinHandle<Reply>& handle) {
  try {
    return handle.wait();
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace

ClientResult run_client(const ClientOptions& options) {
  const sockaddr_in server = address_of(options);
  const auto executor = make_executor(ExecutorKind::waking);
  const auto start = Clock::now();
  std::vector<JoinHandle<Reply>> handles;
  handles.reserve(options.requests);
  for (std::size_t i = 0; i < options.requests; ++i) {
    Data data{static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(i),
              "Hello, server! " + std::to_string(i)};
    handles.push_back(executor->spawn(send_in_time(*executor, server, std::move(data), options.timeout)));
  }
  const async::base::Thread runs_all([&] {
    while (executor->unfinished() > 0) {
      if (!executor->poll()) executor->park();
    }
  });
  if (!options.quiet) std::puts("Waiting for result...");

  ClientResult result;
  for (auto& handle : handles) {
    const Reply reply = reply_of(handle);
    const bool good = reply && *reply == kReply;
    ++(good ? result.ok : result.failed);
    if (options.quiet) continue;
    if (good) {
      std::printf("Result: %s\n", reply->c_str());
    } else {
      std::fprintf(stderr, "Error: %s\n",
                   reply ? "the reply is not the one expected" : reply.error().c_str());
    }
  }
  result.elapsed = Clock::now() - start;
  return result;
}

}  // namespace ch10
