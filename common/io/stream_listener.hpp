// stream_listener.hpp -- StreamListener: what a TCP listener and a Unix listener have in common: accept.
//
// accept() gives only what concerns its caller. A connection that died before it was accepted is passed over.
// When the program or the system has no descriptors or memory left, it pauses for 50 ms, uses no CPU
// meanwhile and tries again: connections wait in the system's queue until one can be served. backed_off()
// counts that.
//
// Thread safety: several tasks may accept from one listener, in different threads. Closing it: alone.
// Lifetime: outlives its accepts (checked), and does not move while they wait. What was accepted belongs to
//   the listener's reactor.
// Cancelling: an accept that was dropped has taken no connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include "common/io/accept_error.hpp"
#include "common/io/pause.hpp"
#include "common/io/socket.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Stream>
class StreamListener {
 public:
  using Address = typename Stream::Address;
  using Accepted = std::pair<Stream, Address>;  // and who is at the other end
  static constexpr std::chrono::milliseconds kPause{50};

  // The next connection, when there is one.
  auto accept() { return detail::IoOperation<Attempt>(source_.registration(), *this); }

  [[nodiscard]] IoResult<Address> local_address() const {
    return detail::local_address_of<Address>(source_.fd());
  }
  [[nodiscard]] int fd() const { return source_.fd(); }

  // How often an accept paused, for want of descriptors or memory.
  // relaxed: a number to look at; nothing else is read on the strength of it.
  [[nodiscard]] std::size_t backed_off() const { return backed_off_->load(base::relaxed); }

 protected:
  static constexpr int kQueue = 1024;  // connections that wait to be accepted

  explicit StreamListener(IoSource source) : source_(std::move(source)) {}
  ~StreamListener() = default;
  StreamListener(StreamListener&&) noexcept = default;
  StreamListener& operator=(StreamListener&&) noexcept = default;

  [[nodiscard]] static IoResult<IoSource> listen(const Address& address) {
    const auto what = "listen on " + address.to_string();
    auto opened = detail::open_bound(address, SOCK_STREAM, true);
    if (!opened) return detail::io_failure(opened.error().code(), what);
    if (::listen(opened->get(), kQueue) != 0) return detail::io_failure(detail::last_error(), what);
    return detail::add_source(Reactor::current(), std::move(*opened), detail::Readiness::assumed(), what);
  }

 private:
  class Attempt;

  IoSource source_;
  std::unique_ptr<base::Atomic<std::size_t>> backed_off_ = std::make_unique<base::Atomic<std::size_t>>(0);
};

template <class Stream>
class StreamListener<Stream>::Attempt {
 public:
  using Output = IoResult<Accepted>;
  static constexpr auto kDirection = detail::Direction::read;

  explicit Attempt(StreamListener& listener) : backed_off_(*listener.backed_off_) {}

  [[nodiscard]] bool is_pausing(Context& cx) { return pause_.is_on(cx); }

  std::optional<Output> operator()(detail::IoTrial& trial) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const auto tried = trial.call([&](int fd) -> ssize_t {
      size = sizeof peer;
      return ::accept4(fd, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    });
    if (!tried.has_failed()) {
      base::Descriptor descriptor(static_cast<int>(tried.count()));
      auto source = detail::add_source(trial.registration().reactor(), std::move(descriptor),
                                       detail::Readiness::assumed(), "accept");
      if (!source) return std::unexpected(source.error());
      return Output(std::in_place, Stream(std::move(*source)), Address::from_system(peer, size));
    }
    if (tried.would_block() || detail::is_of_one_connection(tried.error())) return std::nullopt;
    if (!detail::is_exhaustion(tried.error())) return detail::io_failure(tried.code(), "accept");
    (void)backed_off_.fetch_add(1, base::relaxed);  // relaxed: see backed_off()
    pause_.begin(kPause);
    return std::nullopt;
  }

 private:
  base::Atomic<std::size_t>& backed_off_;
  detail::Pause pause_;
};

}  // namespace async::inline ASYNC_FLAVOUR
