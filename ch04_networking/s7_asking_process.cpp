// s7_asking_process.cpp -- what the second process does between fork and its end.
#include "ch04_networking/s7_asking_process.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.hpp"

namespace ch04 {
namespace {

constexpr int kGotAll = 0, kWrongAnswer = 1, kCallFailed = 2;
constexpr int kMostSeconds = 10;  // for one message or answer: it must not outlive a parent that is stuck

// "message 12" in `room`. std::to_chars allocates nothing.
std::string_view message_number(int number, std::span<char> room) {
  constexpr std::string_view kText = "message ";
  const std::size_t length = kText.copy(room.data(), kText.size());
  const auto end = std::to_chars(room.data() + length, room.data() + room.size(), number).ptr;
  return {room.data(), static_cast<std::size_t>(end - room.data())};
}

bool is_answer_to(std::string_view text, std::string_view answer) {
  constexpr std::string_view kHeard = "heard: ";
  return answer.starts_with(kHeard) && answer.substr(kHeard.size()) == text;
}

// System calls alone. Its socket blocks: this process has nothing else to do.
int ask(const UnixAddress& server, const UnixAddress& own, int count) {
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::bind(socket, own.data(), own.size()) != 0 ||
      ::connect(socket, server.data(), server.size()) != 0) {
    return kCallFailed;
  }
  const timeval most{.tv_sec = kMostSeconds, .tv_usec = 0};
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  std::array<char, 32> text_room;
  std::array<char, 64> answer_room;
  for (int i = 1; i <= count; ++i) {
    const std::string_view text = message_number(i, text_room);
    if (uninterrupted([&] { return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL); }) < 0) {
      return kCallFailed;
    }
    pollfd answered{.fd = socket, .events = POLLIN, .revents = 0};
    if (uninterrupted([&] { return ::poll(&answered, 1, kMostSeconds * 1'000); }) != 1) return kWrongAnswer;
    const auto length =
        uninterrupted([&] { return ::recv(socket, answer_room.data(), answer_room.size(), 0); });
    if (length < 0) return kCallFailed;
    if (!is_answer_to(text, {answer_room.data(), static_cast<std::size_t>(length)})) return kWrongAnswer;
  }
  return kGotAll;
}

}  // namespace

IoResult<AskingProcess> AskingProcess::start(const UnixAddress& server, const UnixAddress& own, int count) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return failed("start a second process");
  if (pid == 0) {
    // It goes with its parent, also with one that has gone already.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(::getppid() == parent ? ask(server, own, count) : kCallFailed);
  }
  AskingProcess started(pid, base::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
  if (!started.exits_) return failed("watch the second process (Linux 5.3 or newer can)");
  return started;
}

AskingProcess::~AskingProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  (void)wait();
}

Tried<Done> AskingProcess::try_end(int exits) {
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(exits), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return failed("watch the second process");
  }
  if (info.si_pid == 0) return std::nullopt;
  return Done();
}

int AskingProcess::wait() {
  ASYNC_CHECK(pid_ > 0, "wait() is called once: afterwards there is no such process");
  int status = 0;
  const pid_t pid = std::exchange(pid_, -1);
  if (uninterrupted([&] { return ::waitpid(pid, &status, 0); }) < 0) return kCallFailed;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ch04
