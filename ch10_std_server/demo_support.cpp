// demo_support.cpp -- what several demos need.
#include "ch10_std_server/demo_support.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>

namespace ch10 {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

WaitingFor::WaitingFor(std::string what, std::chrono::milliseconds limit)
    : watches_([this, what = std::move(what), limit] {
        if (over_.park_until(Clock::now() + limit)) return;
        std::fflush(stdout);
        std::fprintf(stderr, "stalled: waited %lld ms for %s\n", static_cast<long long>(limit.count()),
                     what.c_str());
        // Not exit(): whoever stands still would have to be joined first.
        std::_Exit(3);
      }) {}

void Gate::open() {
  *open_.lock() = true;
  opened_.notify_all();
}

void Gate::wait(const std::string& what) {
  const WaitingFor waiting(what);
  open_.lock().wait(opened_, [](bool open) { return open; });
}

void CountedLines::count(int Counts::* which) {
  ++((*counts_.lock()).*which);
  changed_.notify_all();
}

void CountedLines::wait_until(const std::string& what, int Counts::* which, int at_least) {
  const WaitingFor waiting(what);
  counts_.lock().wait(changed_, [&](const Counts& counts) { return counts.*which >= at_least; });
}

RunningServer::RunningServer(const ServerOptions& options)
    : server_([&] {
        ServerOptions any_port = options;
        any_port.port = 0;
        return any_port;
      }()),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { server_.run(stop_.get()); }) {}

sockaddr_in RunningServer::address() const {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void RunningServer::stop() {
  if (!thread_.joinable()) return;
  const WaitingFor waiting("the server to end");
  const std::uint64_t once = 1;
  if (::write(stop_.get(), &once, sizeof once) < 0) fail("write");
  thread_.join();
}

PlainClient::PlainClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_) fail("socket");
}

void PlainClient::connect(const sockaddr_in& server) {
  const WaitingFor waiting("a connection to the server");
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0)
    fail("connect");
}

void PlainClient::send(std::span<const std::byte> bytes) {
  const WaitingFor waiting("the socket to take what is sent");
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void PlainClient::end_sending() { ::shutdown(socket_.get(), SHUT_WR); }

std::string PlainClient::receive_to_end(const std::string& what) {
  const WaitingFor waiting(what);
  std::string received;
  std::array<char, 256> chunk;
  for (;;) {
    const ssize_t size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
    if (size < 0 && errno == EAGAIN) {
      pollfd readable{socket_.get(), POLLIN, 0};
      ::poll(&readable, 1, -1);
    } else if (size <= 0) {
      return received;
    } else {
      received.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }
}

bool PlainClient::has_news_within(std::chrono::milliseconds limit) const {
  pollfd readable{socket_.get(), POLLIN, 0};
  return ::poll(&readable, 1, static_cast<int>(limit.count())) > 0;
}

void PlainClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

std::vector<std::byte> bytes_of(const Data& data) { return data.serialize().value(); }

bool is_answered(PlainClient& client) {
  client.send(bytes_of(Data{1, 1, "Hello, server! 1"}));
  return client.receive_to_end("the reply to an honest client") == kReply;
}

bool honest_client_is_answered(const sockaddr_in& server) {
  PlainClient client(server);
  return is_answered(client);
}

std::pair<Descriptor, Descriptor> socket_pair(int send_buffer) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) < 0)
    fail("socketpair");
  std::pair<Descriptor, Descriptor> pair{Descriptor(ends[0]), Descriptor(ends[1])};
  if (send_buffer > 0) ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  return pair;
}

void run_to_end(Executor& executor) {
  const WaitingFor waiting("the tasks of the executor to end");
  while (executor.unfinished() > 0) {
    if (!executor.poll()) executor.park();
  }
}

std::string shown_seconds(const DemoOptions& options, double seconds) {
  if (options.placeholders) return "<s>";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", seconds);
  return text.data();
}

namespace faults {

bool verdict(bool found_there, bool found_here) {
  std::printf("the fault: %s in the book's way, %s in ours\n", found_there ? "found" : "NOT FOUND",
              found_here ? "FOUND" : "not found");
  return found_there && !found_here;
}

}  // namespace faults
}  // namespace ch10
