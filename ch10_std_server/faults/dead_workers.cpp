// dead_workers.cpp -- demo: 300 resets before anybody looks, in the book's way and in ours.
#include "ch10_std_server/faults/dead_workers.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <string>

#include "ch10_std_server/demo_support.hpp"

namespace ch10::faults {
namespace {

constexpr std::size_t kResets = 300;

class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address_), size) < 0 ||
        ::listen(socket_.get(), 65535) < 0 ||
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address_), &size) < 0) {
      throw std::system_error(errno, std::generic_category(), "listening");
    }
  }
  [[nodiscard]] const sockaddr_in& address() const { return address_; }
  [[nodiscard]] Descriptor accept() const {
    const WaitingFor waiting("a connection to accept");
    return Descriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  Descriptor socket_;
  sockaddr_in address_{};
};

struct Seen {
  int dead = 0;
  bool answered = false;
};

Seen book_way() {
  const Listener listener;
  // As many as the book's server has; not threads that live on, so that "nobody answers" is certain.
  std::array<FragileWorker, 3> workers;
  std::size_t next = 0;
  const auto accept_and_deal = [&] { workers[next++ % workers.size()].hand_over(listener.accept()); };
  for (std::size_t i = 0; i < kResets; ++i) {
    PlainClient(listener.address()).reset();
    accept_and_deal();
  }
  Seen seen;
  for (FragileWorker& worker : workers) seen.dead += worker.run() ? 1 : 0;

  PlainClient honest(listener.address());
  honest.send(bytes_of(Data{1, 1, "Hello, server! 1"}));
  accept_and_deal();  // into the box of a worker that is dead, and nobody tells
  seen.answered = honest.has_news_within(std::chrono::milliseconds(100));
  return seen;
}

// All workers stand where the book's stand when the resets come: before they look.
class HeldWorkers : public CountedLines {
 public:
  void sleeping(const std::string& worker) override {
    CountedLines::sleeping(worker);
    go_on_.wait("300 clients to reset their connections");
  }
  Gate go_on_;
};

bool ours_answers(ExecutorKind kind) {
  HeldWorkers lines;
  ServerOptions options;
  options.executor = kind;
  options.work = std::chrono::milliseconds(1);
  options.lines = &lines;
  RunningServer server(options);
  lines.wait_until("three workers to sleep", &CountedLines::Counts::sleeping, 3);
  for (std::size_t i = 0; i < kResets; ++i) PlainClient(server.address()).reset();
  lines.go_on_.open();
  lines.wait_until("the workers to look at all", &CountedLines::Counts::connections, kResets);
  bool answered = true;
  for (int i = 0; i < 3; ++i) answered &= honest_client_is_answered(server.address());  // one for each worker
  return answered;
}

}  // namespace

bool dead_workers_demo(const DemoOptions&) {
  std::printf("the book's way: the worker asks for the address, and takes no for an impossibility\n");
  const Seen book = book_way();
  std::printf("  %zu clients reset before a worker looks; dead workers: %d of 3\n", kResets, book.dead);
  std::printf("  an honest client is answered within 100 ms: %s\n", yes_or_no(book.answered));

  std::printf("ours: the address comes with the connection\n");
  const bool polling = ours_answers(ExecutorKind::polling);
  std::printf("  polling executor: after %zu resets each worker answers: %s\n", kResets, yes_or_no(polling));
  const bool waking = ours_answers(ExecutorKind::waking);
  std::printf("  waking executor:  after %zu resets each worker answers: %s\n", kResets, yes_or_no(waking));
  return verdict(book.dead == 3 && !book.answered, !polling || !waking);
}

}  // namespace ch10::faults
