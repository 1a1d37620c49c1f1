// s3_poll.hpp -- os::Poll: the system's poll for many descriptors: epoll with typed words.
//
//   os::Poll poll;
//   os::Events events(128);
//   (void)poll.register_fd(socket.get(), os::Token(7), os::Interest::readable());
//   poll.poll(events, 200ms);                       // std::nullopt: as long as it takes
//   for (const os::Event event : events) {
//     if (event.token() == os::Token(7) && event.is_readable()) ...
//   }
//
// What it is: the book's mio. It knows descriptors and numbers: no futures, no wakers, no callbacks. Two
// things are called poll in this chapter: this one asks the system, async::Poll<T> is what a future answers.
// Hence `os::`, where the book says MioPoll. (And `register` alone is a word of C++.)
//
// Edge-triggered, as mio: a change is told once. After an event one reads, or accepts, or writes, until the
// call would block; what one leaves there is not told again.
//
// Thread safety: poll() from one thread at a time; register_fd, reregister_fd, deregister_fd and
//   Alarm::ring() from any, also while another thread is inside poll(), which then sees the change.
// Lifetime: a descriptor is deregistered before it is closed, or the Poll goes first; it is not owned. Poll
//   outlives its Alarm.
// Errors: register_fd and the other two say what the system refused, and why that may be. Constructors throw
//   std::system_error; Events(0) std::invalid_argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <sys/epoll.h>
#include <vector>

#include "common/base/descriptor.hpp"
#include "common/io/io_error.hpp"

namespace ch04::os {

using namespace async;

// Which of the descriptors: a number that its owner chooses. It comes back with each event.
struct Token {
  constexpr explicit Token(std::uint64_t number) : value(number) {}
  friend bool operator==(Token, Token) = default;

  std::uint64_t value;
};

// What is to be told. Never nothing: there is no way to make such a one.
class Interest {
 public:
  [[nodiscard]] static constexpr Interest readable() { return Interest(EPOLLIN | EPOLLRDHUP); }
  [[nodiscard]] static constexpr Interest writable() { return Interest(EPOLLOUT); }
  friend constexpr Interest operator|(Interest a, Interest b) { return Interest(a.bits_ | b.bits_); }

 private:
  friend class Poll;
  constexpr explicit Interest(std::uint32_t bits) : bits_(bits) {}

  std::uint32_t bits_;
};

// Readable, writable: a call would not block. An end or an error makes both so, since the call would tell it;
// epoll reports these two whatever the interest is.
class Event {
 public:
  explicit Event(const epoll_event& told) : token_(told.data.u64), bits_(told.events) {}

  [[nodiscard]] Token token() const { return token_; }
  [[nodiscard]] bool is_readable() const { return has(EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR); }
  [[nodiscard]] bool is_writable() const { return has(EPOLLOUT | EPOLLHUP | EPOLLERR); }
  // The other side sends nothing more; what it has sent can still be read.
  [[nodiscard]] bool is_read_closed() const { return has(EPOLLRDHUP | EPOLLHUP); }

 private:
  [[nodiscard]] bool has(std::uint32_t bits) const { return (bits_ & bits) != 0; }

  Token token_;
  std::uint32_t bits_;
};

// What one poll() tells. Made once and used again: it is the room for the events.
class Events {
 public:
  // At most so many at a time; those that found no room come with the next poll().
  explicit Events(std::size_t capacity);

  class Iterator {
   public:
    using value_type = Event;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(const epoll_event* at) : at_(at) {}
    Event operator*() const { return Event(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    friend bool operator==(Iterator, Iterator) = default;

   private:
    const epoll_event* at_ = nullptr;
  };

  [[nodiscard]] Iterator begin() const { return Iterator(told_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(told_.data() + count_); }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool is_empty() const { return count_ == 0; }

 private:
  friend class Poll;
  std::vector<epoll_event> told_;
  std::size_t count_ = 0;
};

class Poll {
 public:
  Poll();

  // From now on its changes are told; what it is ready for now is told first.
  IoResult<void> register_fd(int fd, Token token, Interest interest);
  // Another token, another interest; the old ones are gone. Tells again what it is ready for now.
  IoResult<void> reregister_fd(int fd, Token token, Interest interest);
  IoResult<void> deregister_fd(int fd);

  // Blocks until there are events, or the time is over: then `events` is empty. Zero only looks. Real time:
  // no clock of the program's is asked. A signal that comes meanwhile does not end it.
  void poll(Events& events, std::optional<std::chrono::nanoseconds> timeout);

 private:
  IoResult<void> control(int operation, const char* what, int fd, epoll_event* event);

  base::Descriptor epoll_;
};

// Ends a poll() from another thread: an event with this token. Rings before that poll are one event.
class Alarm {
 public:
  Alarm(Poll& poll, Token token);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { (void)poll_.deregister_fd(event_.get()); }

  void ring() noexcept;

 private:
  Poll& poll_;
  base::Descriptor event_;
};

}  // namespace ch04::os
