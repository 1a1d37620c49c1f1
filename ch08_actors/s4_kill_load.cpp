// s4_kill_load.cpp -- starts the program, reads what it was promised, kills it, and reads the file.
#include "ch08_actors/s4_kill_load.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/descriptor.hpp"
#include "common/base/thread.hpp"

#include "ch08_actors/s4_data_file.hpp"

extern char** environ;

namespace ch08 {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

std::unexpected<std::string> failed(const std::string& what) {
  return std::unexpected("cannot " + what + ": " + std::strerror(errno));
}

// A child with a pipe from its stdout. Killed at the latest with its owner.
class LoadProcess {
 public:
  static std::expected<std::unique_ptr<LoadProcess>, std::string> start(std::vector<std::string> words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failed("make a pipe");
    base::Descriptor reads(ends[0]), writes(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writes.get(), STDOUT_FILENO);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
      errno = error;
      return failed("start " + words.front());
    }
    return std::unique_ptr<LoadProcess>(new LoadProcess(pid, std::move(reads)));
  }
  LoadProcess(const LoadProcess&) = delete;
  LoadProcess& operator=(const LoadProcess&) = delete;
  ~LoadProcess() {
    if (pid_ > 0) (void)kill();
  }

  // The next whole line; false at the end, and a line that was cut is none.
  bool read_line(std::string& line) {
    for (;;) {
      if (const auto end = unread_.find('\n'); end != unread_.npos) {
        line = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        return true;
      }
      char part[4096];
      const ssize_t count = ::read(out_.get(), part, sizeof part);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      unread_.append(part, static_cast<std::size_t>(count));
    }
  }

  // How it ended: waitpid's status.
  int kill() {
    const pid_t pid = std::exchange(pid_, -1);
    ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

 private:
  LoadProcess(pid_t pid, base::Descriptor out) : pid_(pid), out_(std::move(out)) {}

  pid_t pid_;
  base::Descriptor out_;
  std::string unread_;
};

}  // namespace

Value KillLoad::after_change(std::uint64_t n) {
  if (n % 4 == 0) return std::nullopt;
  return bytes_of(std::to_string(n));
}

std::optional<std::size_t> KillLoad::take_line(const std::string& line, Last& last) {
  std::istringstream fields(line);
  std::size_t client = 0;
  std::uint64_t n = 0;
  if (!(fields >> client >> n) || client >= kClients) return std::nullopt;
  last[client] = n;
  ++acknowledged_;
  return client;
}

std::expected<KillLoad::Last, std::string> KillLoad::run_and_kill() {
  auto process = LoadProcess::start({program_, path_, std::to_string(next_)});
  if (!process) return std::unexpected(process.error());
  // After so many acknowledgements, none at all sometimes.
  const auto wanted = std::uniform_int_distribution<int>(0, 40)(random_);
  Last last{};
  std::array<steady_clock::time_point, kClients> heard{};
  std::string line;
  for (int i = 0; i < wanted && (*process)->read_line(line); ++i) {
    const auto client = take_line(line, last);
    if (!client) continue;
    // From one acknowledgement of a client to its next: that was its write.
    const auto at = steady_clock::now();
    if (heard[*client] != steady_clock::time_point()) write_time_ = at - heard[*client];
    heard[*client] = at;
  }
  // And a moment more: anywhere in the next write, however slow the disk is.
  const auto longest = std::max<steady_clock::duration>(microseconds(5000), write_time_ * 3 / 2);
  const auto most = std::chrono::duration_cast<microseconds>(longest).count();
  const microseconds moment(std::uniform_int_distribution<std::int64_t>(0, most)(random_));
  base::sleep_thread_until(steady_clock::now() + moment);
  const int status = (*process)->kill();
  while ((*process)->read_line(line)) (void)take_line(line, last);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
    return std::unexpected(program_ + " ended before it was killed; it says why on stderr");
  }
  return last;
}

std::expected<void, std::string> KillLoad::look_for(const Last& last) {
  std::string lost;
  auto file = DataFile::open(path_, std::make_shared<FileCalls>());
  if (!file) return std::unexpected(file.error().message());
  const auto loaded = (*file)->load();
  if (!loaded) return std::unexpected(loaded.error().message());
  if (loaded->told.find("corrupt") != std::string::npos) return std::unexpected(loaded->told);
  for (std::size_t client = 0; client < kClients; ++client) {
    const auto at = loaded->map.find(key_of(client));
    const Value found = at == loaded->map.end() ? Value() : Value(at->second);
    const std::uint64_t n = last[client];
    const Value promised = n == 0 ? found_[client] : after_change(n);
    const Value next = after_change(n == 0 ? next_ : n + 1);
    if (found != promised && found != next) {
      ++lost_;
      lost += (lost.empty() ? "" : "; ") + key_of(client) + ": after change " + std::to_string(n) +
              " should be " + shown_value(promised) + " or " + shown_value(next) + ", found is " +
              shown_value(found);
    }
    found_[client] = found;
  }
  next_ = std::max(next_, *std::ranges::max_element(last)) + 2;
  if (!lost.empty()) return std::unexpected(lost);
  return {};
}

std::expected<void, std::string> KillLoad::once() {
  const auto last = run_and_kill();
  if (!last) return std::unexpected(last.error());
  return look_for(*last);
}

}  // namespace ch08
