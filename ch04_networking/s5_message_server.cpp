// s5_message_server.cpp -- who is told by which token, and what is done with a message.
#include "ch04_networking/s5_message_server.hpp"

#include <system_error>

namespace ch04 {

MessageServer::MessageServer(base::Descriptor listener, Executor& executor, Handle handle,
                             std::chrono::nanoseconds wait)
    : listener_(std::move(listener)), executor_(executor), handle_(std::move(handle)), wait_(wait) {
  const auto registered = poll_.register_fd(listener_.get(), kServer, os::Interest::readable());
  if (!registered) throw std::system_error(registered.error().code(), registered.error().message());
}

Poll<MessageServer::Output> MessageServer::poll(Context& cx) {
  poll_.poll(events_, wait_);
  bool accepts = std::exchange(is_somebody_left_, false);
  for (const os::Event event : events_) {
    if (event.token() == kServer) {
      accepts = true;
    } else if (event.is_readable()) {
      read_from(event.token().value);
    }
  }
  if (accepts) {
    if (auto accepted = accept_all(); !accepted) return Ready(std::move(accepted));
  }
  cx.waker().wake_by_ref();
  return Pending();
}

// All that wait: the system tells once that there are some.
IoResult<void> MessageServer::accept_all() {
  for (;;) {
    auto accepted = try_accept(listener_.get());
    if (!accepted) {
      if (!is_exhaustion(accepted.error())) return std::unexpected(accepted.error());
      is_somebody_left_ = true;  // no event will tell it again
      ++counts_.backed_off;
      return {};
    }
    if (!*accepted) return {};
    const std::uint64_t number = ++last_number_;
    const auto at = connections_.emplace(number, **std::move(accepted)).first;
    // It is told what the connection is ready for already, so nothing is to be read here.
    const auto registered = poll_.register_fd(at->second.fd(), os::Token(number), os::Interest::readable());
    if (!registered) return registered;
  }
}

void MessageServer::read_from(std::uint64_t number) {
  const auto at = connections_.find(number);
  if (at == connections_.end()) return;
  const auto ended = at->second.read_to_the_end();
  if (ended && !*ended) return;  // would block: the rest comes later
  if (!ended) {
    ++counts_.dropped;
  } else if (std::string message = at->second.take_message(); !message.empty()) {
    ++counts_.messages;
    // A handler of its own for each task: it may have captures, and outlive the server.
    auto handles = [handle = handle_, said = std::move(message)]() mutable {
      return handle(std::move(said));
    };
    executor_.spawn_task(std::move(handles)).detach();
  }
  (void)poll_.deregister_fd(at->second.fd());
  connections_.erase(at);
}

}  // namespace ch04
