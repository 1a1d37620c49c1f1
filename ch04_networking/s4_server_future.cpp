// s4_server_future.cpp -- the server's future, and the client that waits to be writable.
#include "ch04_networking/s4_server_future.hpp"

#include <array>
#include <system_error>

namespace ch04 {

// Longer messages than the buffer, messages that come in parts: the loop puts them together.
Tried<Done> Incoming::read_to_the_end() {
  std::array<char, 1024> buffer;
  for (;;) {
    const auto count = try_read(fd(), buffer);
    if (!count) return std::unexpected(count.error());
    if (!*count) return std::nullopt;
    if (**count == 0) return Done();
    received_.append(buffer.data(), **count);
    if (received_.size() > kLongestMessage) {
      return std::unexpected(
          IoError(std::make_error_code(std::errc::message_size), "a message of more than a megabyte"));
    }
  }
}

ServerFuture::ServerFuture(base::Descriptor listener, std::chrono::nanoseconds wait,
                           std::function<void()> on_would_block)
    : listener_(std::move(listener)), wait_(wait), on_would_block_(std::move(on_would_block)) {
  const auto registered = poll_.register_fd(listener_.get(), kServer, os::Interest::readable());
  if (!registered) throw std::system_error(registered.error().code(), registered.error().message());
}

Poll<ServerFuture::Output> ServerFuture::poll(Context& cx) {
  poll_.poll(events_, wait_);
  for (const os::Event event : events_) {
    const bool is_ours = event.token() == kServer || event.token() == kStream;
    if (!is_ours || !event.is_readable()) continue;
    if (auto message = next_message()) return Ready(*std::move(message));
  }
  cx.waker().wake_by_ref();
  return Pending();
}

std::optional<ServerFuture::Output> ServerFuture::next_message() {
  for (;;) {
    if (!stream_) {
      const auto accepted = accept_stream();
      if (!accepted) return std::unexpected(accepted.error());
      if (!*accepted) return std::nullopt;
    }
    const auto ended = stream_->read_to_the_end();
    if (!ended) return std::unexpected(ended.error());
    if (!*ended) {
      on_would_block_();
      return std::nullopt;
    }
    std::string message = stream_->take_message();
    (void)poll_.deregister_fd(stream_->fd());
    stream_.reset();
    if (!message.empty()) return message;
    // It said nothing: the next one's turn, which may have been told already.
  }
}

Tried<Done> ServerFuture::accept_stream() {
  auto accepted = try_accept(listener_.get());
  if (!accepted) return std::unexpected(accepted.error());
  if (!*accepted) return std::nullopt;
  stream_.emplace(**std::move(accepted));
  const auto registered = poll_.register_fd(stream_->fd(), kStream, os::Interest::readable());
  if (!registered) return std::unexpected(registered.error());
  return Done();
}

IoResult<void> send_when_writable(const SocketAddress& server, std::string_view message) {
  constexpr os::Token kClient(1);
  const auto stream = start_connecting(server);
  if (!stream) return std::unexpected(stream.error());
  os::Poll client_poll;
  os::Events events(128);
  const auto registered = client_poll.register_fd(stream->get(), kClient, os::Interest::writable());
  if (!registered) return registered;

  bool is_connected = false;
  for (;;) {
    client_poll.poll(events, std::nullopt);  // until the event: the first one tells that it is connected
    if (!is_connected) {
      const auto connected = try_finish_connecting(stream->get());
      if (!connected) return std::unexpected(connected.error());
      is_connected = connected->has_value();
      if (!is_connected) continue;
    }
    for (;;) {
      if (message.empty()) {
        end_writing(stream->get());
        return {};
      }
      const auto count = try_write(stream->get(), message);
      if (!count) return std::unexpected(count.error());
      if (!*count) break;  // full: not writable before the other side has read
      message.remove_prefix(**count);
    }
  }
}

}  // namespace ch04
