// s4_server.cpp -- listening, accepting and handing over.
#include "ch10_std_server/s4_server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>

namespace ch10 {
namespace {

// How long accepting rests where no descriptor is free. Each connection that closes meanwhile frees one.
constexpr int kRestMs = 20;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Server::Server(const ServerOptions& options) : options_(options) {
  listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener_) fail("socket");
  // A server that is started again need not wait for the connections of the last one to be forgotten.
  const int yes = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    fail("cannot listen on 127.0.0.1:" + std::to_string(options_.port));
  }
  // As long a queue as the system allows: where it overflows, a client's connect stands still for a second.
  // (The book's standard library asks for 128.)
  if (::listen(listener_.get(), 65535) < 0)
    fail("cannot listen on 127.0.0.1:" + std::to_string(options_.port));
  socklen_t size = sizeof address;
  if (::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) < 0) fail("getsockname");
  port_ = ntohs(address.sin_port);

  constexpr std::array kNames{"One", "Two", "Three"};
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i] = std::make_unique<Worker>(kNames[i], options_);
  }
}

void Server::run(int stop, const std::function<void()>& stopping) {
  // Not in the constructor: they tell that they sleep, and the first line is the program's, that it listens.
  for (auto& worker : workers_) worker->start();
  bool resting = false;
  for (;;) {
    std::array<pollfd, 2> watched{{{stop, POLLIN, 0}, {resting ? -1 : listener_.get(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), resting ? kRestMs : -1);
    if (ready < 0 && errno != EINTR) fail("poll");
    if (ready > 0 && watched[0].revents != 0) break;
    // A bounded number at a time, so that `stop` is looked at also under a flood.
    Accepted accepted = Accepted::one;
    for (int i = 0; i < 256 && accepted == Accepted::one; ++i) accepted = accept_one();
    resting = accepted == Accepted::rest;
  }
  stopping();
  listener_.reset();
  for (auto& worker : workers_) worker->stop();
  for (auto& worker : workers_) worker.reset();  // joins
}

Server::Accepted Server::accept_one() {
  Connection connection{};
  socklen_t size = sizeof connection.peer;
  connection.descriptor = Descriptor(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&connection.peer),
                                               &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (connection.descriptor) {
    workers_[next_]->hand_over(std::move(connection));
    next_ = (next_ + 1) % workers_.size();
    return Accepted::one;
  }
  switch (errno) {
    case EAGAIN: told_no_descriptors_ = false; return Accepted::none;
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
      return Accepted::one;  // this client was gone before it was accepted; the next one is worth a try
    case EBADF:
    case EINVAL:
    case ENOTSOCK: fail("accept");
    default:
      // No descriptor, no memory, or something that may last: the client stays in the queue, so rest.
      if (!std::exchange(told_no_descriptors_, true)) options_.lines->no_descriptors(errno);
      return Accepted::rest;
  }
}

}  // namespace ch10
