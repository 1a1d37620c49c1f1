// s7_hostile.cpp -- row 10.7: clients that mean no good, and one honest client after each.
#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <span>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/holding_lines.hpp"

namespace ch10 {
namespace {

using Lines = HoldingLines<CountedLines>;

struct Target {
  const DemoOptions& options;
  sockaddr_in address;
  Lines& lines;
  std::vector<PlainClient> still_there = {};  // clients that stay while the honest one is served
};

std::vector<std::byte> message() { return bytes_of(Data{13, 13, "Let me in"}); }
std::vector<std::byte> honest_message() { return bytes_of(Data{1, 1, "Hello, server! 1"}); }

bool is_told_the_reply(PlainClient& honest) {
  return honest.receive_to_end("the reply to an honest client") == kReply;
}

const char* fate(PlainClient& client) {
  const std::string reply = client.receive_to_end("a hostile client's reply or end");
  return reply == kReply ? "answered" : reply.empty() ? "closed, no reply" : "told something else";
}

std::string slow_sender(Target& target) {
  PlainClient client(target.address);
  for (const std::byte byte : message()) {
    client.send({&byte, 1});
    std::this_thread::sleep_for(target.options.wait(std::chrono::milliseconds(5)));
  }
  return fate(client);
}

std::string half_close(Target& target) {
  PlainClient client(target.address);
  client.send(message());
  client.end_sending();
  return fate(client);
}

// What a half-open connection looks like: the peer is gone and no packet says so.
std::string half_open(Target& target) {
  PlainClient client(target.address);
  auto bytes = message();
  bytes.resize(12);
  client.send(bytes);
  return fate(client);
}

std::string early_end(Target& target) {
  PlainClient client(target.address);
  auto bytes = message();
  bytes.resize(12);
  client.send(bytes);
  client.end_sending();
  return fate(client);
}

std::string many_resets(Target& target) {
  for (int i = 0; i < 300; ++i) PlainClient(target.address).reset();
  return "gone";
}

std::string reset_at_each_byte(Target& target) {
  const auto bytes = message();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    PlainClient client(target.address);
    client.send(std::span(bytes).first(size));
    client.reset();
  }
  return "gone";
}

std::string huge_length(Target& target) {
  auto bytes = message();
  std::fill(bytes.begin() + 6, bytes.begin() + 10, std::byte{0xff});
  PlainClient client(target.address);
  client.send(bytes);
  return fate(client);
}

std::string not_utf8(Target& target) {
  auto bytes = message();
  bytes.back() = std::byte{0xff};
  PlainClient client(target.address);
  client.send(bytes);
  return fate(client);
}

std::string silent(Target& target) {
  for (int i = 0; i < 100; ++i) target.still_there.emplace_back(target.address);
  return "still there";
}

// For the time of its life this process may open so many more files and no more.
class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 0;
    while (more > 0) {
      if (::fcntl(static_cast<int>(few.rlim_cur++), F_GETFD) < 0) --more;
    }
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// The clients' sockets are made before the limit falls: it is to hit the server, which is in this process too.
std::string more_than_descriptors(Target& target) {
  std::vector<PlainClient> clients(60);
  PlainClient honest;
  const FewDescriptors few(20);
  for (PlainClient& client : clients) client.connect(target.address);
  honest.connect(target.address);  // the kernel queues it, and its message
  honest.send(honest_message());
  target.lines.wait_until("the server to run out of descriptors", &CountedLines::Counts::no_descriptors, 1);
  clients.erase(clients.begin(), clients.begin() + 30);
  return is_told_the_reply(honest) ? "30 of 60 leave: served" : "not served";
}

struct Attack {
  const char* name;
  std::string (*run)(Target& target);
  const char* promised;
};

// On a server without an idle limit: these are slow, and answered.
constexpr Attack kFirstAttacks[] = {
    {"a byte, a pause, the next byte", slow_sender, "answered"},
    {"half-closed after the message", half_close, "answered"},
};

constexpr Attack kAttacks[] = {
    {"half a message, then the end", early_end, "closed, no reply"},
    {"half a message, then silence", half_open, "closed, no reply"},
    {"300 resets", many_resets, "gone"},
    {"a reset after each byte of a message", reset_at_each_byte, "gone"},
    {"a length of 4 GiB", huge_length, "closed, no reply"},
    {"text that is not UTF-8", not_utf8, "closed, no reply"},
    {"100 silent clients", silent, "still there"},
};

// On a server of its own, when the first has ended: what that closes would be descriptors to be had.
constexpr Attack kLastAttack[] = {
    {"60 clients, 20 free descriptors", more_than_descriptors, "30 of 60 leave: served"},
};

bool withstands(std::span<const Attack> attacks, ExecutorKind kind, const DemoOptions& demo_options,
                std::chrono::milliseconds idle) {
  Lines lines;
  ServerOptions options;
  options.executor = kind;
  options.work = std::chrono::milliseconds(5);
  options.idle = idle;
  options.lines = &lines;
  RunningServer server(options);
  bool kept = true;
  for (const Attack& attack : attacks) {
    Target target{demo_options, server.address(), lines};
    const std::string fate = attack.run(target);
    lines.hold(true);  // until its message is there
    PlainClient honest(server.address());
    honest.send(honest_message());
    lines.hold(false);
    const bool answered = is_told_the_reply(honest);
    std::printf("  %-36s %-22s %s\n", attack.name, fate.c_str(), answered ? "answered" : "NOT answered");
    std::fflush(stdout);
    kept &= answered && fate == attack.promised;
  }
  return kept;
}

}  // namespace

bool hostile_demo(const DemoOptions& options) {
  constexpr std::chrono::seconds kIdle(1);  // a limit, not a wait: --speed leaves it alone
  bool kept = true;
  for (const ExecutorKind kind : {ExecutorKind::polling, ExecutorKind::waking}) {
    std::printf("%-38s %-22s %s\n", (std::string(to_string(kind)) + " executor").c_str(),
                "what became of them", "an honest client");
    kept &= withstands(kFirstAttacks, kind, options, std::chrono::seconds(0));
    kept &= withstands(kAttacks, kind, options, kIdle);
    kept &= withstands(kLastAttack, kind, options, kIdle);
  }
  return kept;
}

}  // namespace ch10
