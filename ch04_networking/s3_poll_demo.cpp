// s3_poll_demo.cpp -- the demo of 4.3: what a poll tells about a pair of sockets, and what it refuses.
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch04_networking/demos.hpp"
#include "ch04_networking/s3_poll.hpp"
#include "ch04_networking/sockets.hpp"

namespace ch04 {
namespace {

using demo::println;
using namespace std::chrono_literals;

constexpr os::Token kAlarm(0), kHere(1), kAgain(2);

std::string in_words(const os::Events& events) {
  std::string text;
  for (const os::Event event : events) {
    if (!text.empty()) text += "; ";
    text += "token " + std::to_string(event.token().value) + " is";
    if (event.is_readable()) text += " readable";
    if (event.is_readable() && event.is_writable()) text += " and";
    if (event.is_writable()) text += " writable";
    if (event.is_read_closed()) text += ", the other side has ended";
  }
  return text.empty() ? "no event" : text;
}

// Two connected sockets, a poll that watches the first one, and what is asked of both.
class PollLesson {
 public:
  explicit PollLesson(const demo::Options& options) : options_(options) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::system_error(errno, std::generic_category(), "no pair of sockets could be opened");
    }
    here_ = base::Descriptor(ends[0]);
    there_ = base::Descriptor(ends[1]);
  }

  void readable() {
    say("register for reading", poll_.register_fd(here_.get(), kHere, os::Interest::readable()));
    const std::chrono::nanoseconds wait = std::chrono::nanoseconds(200ms) / options_.speed;
    poll_.poll(events_, wait);
    tell("in " + demo::shown(options_, wait / 1ms, "<ms>") + " ms nobody writes", "no event");

    write_there();
    look("5 bytes are written there", "token 1 is readable");
    look("they are still here, and not told twice", "no event");
    read_here();
    write_there();
    look("5 more bytes are written there", "token 1 is readable");
    read_here();
  }

  void writable() {
    say("reregister, for reading and writing",
        poll_.reregister_fd(here_.get(), kAgain, os::Interest::readable() | os::Interest::writable()));
    look("there is room", "token 2 is writable");
    const std::string block(4096, 'x');
    while (try_write(here_.get(), block)->has_value()) continue;
    look("written here until a write would block", "no event");
    std::array<char, 4096> buffer;
    while (try_read(there_.get(), buffer)->has_value()) continue;
    look("all is read there", "token 2 is writable");
  }

  void woken_from_another_thread() {
    os::Alarm alarm(poll_, kAlarm);
    base::Thread other([&alarm] {
      alarm.ring();
      alarm.ring();
    });
    poll_.poll(events_, std::nullopt);
    const std::string told = in_words(events_);
    other.join();
    promise(told == "token 0 is readable");
    println("another thread rings the alarm: ", told);
  }

  void closed() {
    say("deregister", poll_.deregister_fd(here_.get()));
    write_there();
    look("5 bytes are written there", "no event");
    say("register again", poll_.register_fd(here_.get(), kHere, os::Interest::readable()));
    look("what it is ready for is told at once", "token 1 is readable");
    there_.reset();
    look("the other end is closed", "token 1 is readable and writable, the other side has ended");
  }

  void refused() {
    refuse("register twice", poll_.register_fd(here_.get(), kAgain, os::Interest::readable()), here_.get());
    (void)poll_.deregister_fd(here_.get());
    refuse("deregister twice", poll_.deregister_fd(here_.get()), here_.get());
    refuse("reregister what is not registered",
           poll_.reregister_fd(here_.get(), kHere, os::Interest::readable()), here_.get());
    const int closed = here_.get();
    here_.reset();
    refuse("register what is closed", poll_.register_fd(closed, kHere, os::Interest::readable()), closed);
    const base::Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    refuse("register a file", poll_.register_fd(file.get(), kHere, os::Interest::readable()), file.get());
  }

  [[nodiscard]] bool all_as_promised() const { return as_promised_; }

 private:
  void promise(bool kept) { as_promised_ = as_promised_ && kept; }

  void tell(const std::string& after_what, const std::string& promised) {
    const std::string told = in_words(events_);
    println(after_what, ": ", told);
    promise(told == promised);
  }
  void look(const std::string& after_what, const std::string& promised) {
    poll_.poll(events_, 0ms);
    tell(after_what, promised);
  }

  void say(const char* what, const IoResult<void>& done) {
    println(what, done ? "" : ": " + done.error().message());
    promise(done.has_value());
  }
  void refuse(const char* what, const IoResult<void>& done, int fd) {
    std::string said = done ? "done" : done.error().message();
    const std::string number = std::to_string(fd);
    const auto at = said.find("descriptor " + number);
    if (at != said.npos) said.replace(at + 11, number.size(), demo::shown(options_, fd, "<fd>"));
    println(what, ": ", said);
    promise(!done);
  }

  void write_there() { promise(try_write(there_.get(), "dingo").value() == 5u); }
  // As it has to be done after an event: until the call would block.
  void read_here() {
    std::array<char, 64> buffer;
    std::size_t total = 0;
    for (;;) {
      const auto count = try_read(here_.get(), buffer);
      if (!count || !*count) break;
      total += **count;
    }
    println("read here, until a read would block: ", total, " bytes");
  }

  const demo::Options& options_;
  os::Poll poll_;
  os::Events events_{128};
  base::Descriptor here_, there_;
  bool as_promised_ = true;
};

}  // namespace

bool poll_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("events of a pair of sockets");
  PollLesson lesson(options);
  lesson.readable();
  lesson.writable();
  lesson.woken_from_another_thread();
  lesson.closed();
  lesson.refused();
  return lesson.all_as_promised();
}

}  // namespace ch04
