// spawn_plan.hpp -- SpawnPlan: what happens in a new process before the program begins; on posix_spawn.
//
// posix_spawn, not fork: nothing of ours runs in a copy of this process, whose threads would be missing. And
// it tells here whether the program could be started.
//
// Thread safety: none; used inside one call. Errors: as std::error_code, or IoError.
#pragma once

#include <csignal>
#include <cstdint>
#include <expected>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <spawn.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/io/pipe.hpp"

namespace async::inline ASYNC_FLAVOUR {

// What a child's stdin, stdout or stderr is.
class Stdio {
 public:
  [[nodiscard]] static Stdio inherit() { return Stdio(Kind::inherit); }
  [[nodiscard]] static Stdio piped() { return Stdio(Kind::piped); }
  [[nodiscard]] static Stdio null() { return Stdio(Kind::null); }
  friend bool operator==(Stdio, Stdio) = default;

 private:
  enum class Kind : std::uint8_t { inherit, piped, null };
  explicit Stdio(Kind kind) : kind_(kind) {}

  Kind kind_;
};

namespace detail {

class SpawnPlan {
 public:
  explicit SpawnPlan(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t only_pipe;
    ::sigemptyset(&none);
    ::sigemptyset(&only_pipe);
    ::sigaddset(&only_pipe, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &only_pipe);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  // The end of the pipe that stays here, if there is one.
  [[nodiscard]] IoResult<std::optional<PipeWriter>> stdio_to(Stdio what, int number) {
    return stdio<PipeWriter>(what, number, O_RDONLY);
  }
  [[nodiscard]] IoResult<std::optional<PipeReader>> stdio_from(Stdio what, int number) {
    return stdio<PipeReader>(what, number, O_WRONLY);
  }

  void change_directory(const std::string& directory) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }

  // Both lists are only read: posix_spawn has no const.
  [[nodiscard]] std::expected<pid_t, std::error_code> run(const std::vector<std::string>& arguments,
                                                          const std::vector<std::string>& environment) {
    const auto argv = pointers(arguments);
    const auto envp = pointers(environment);
    pid_t id = 0;
    const int error = ::posix_spawnp(&id, argv.front(), &actions_, &attributes_, argv.data(), envp.data());
    if (error != 0) return std::unexpected(std::error_code(error, std::generic_category()));
    return id;
  }

 private:
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> made;
    for (const auto& text : texts) made.push_back(const_cast<char*>(text.c_str()));
    made.push_back(nullptr);
    return made;
  }

  template <class MyEnd>
  IoResult<std::optional<MyEnd>> stdio(Stdio what, int number, int mode_of_child) {
    if (what == Stdio::inherit()) return std::optional<MyEnd>();
    if (what == Stdio::null()) {
      ::posix_spawn_file_actions_addopen(&actions_, number, "/dev/null", mode_of_child, 0);
      return std::optional<MyEnd>();
    }
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return io_failure(last_error(), "open a pipe");
    const bool child_reads = mode_of_child == O_RDONLY;
    base::Descriptor mine(fds[child_reads ? 1 : 0]);
    base::Descriptor childs(fds[child_reads ? 0 : 1]);
    // Not one of the three that are about to be replaced: this program may run with its stdin closed.
    if (childs.get() <= STDERR_FILENO)
      childs = base::Descriptor(::fcntl(childs.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    // Only this side: for the child's the pipe blocks, as it expects.
    if (!childs || ::fcntl(mine.get(), F_SETFL, ::fcntl(mine.get(), F_GETFL) | O_NONBLOCK) != 0)
      return io_failure(last_error(), "open a pipe");
    ::posix_spawn_file_actions_adddup2(&actions_, childs.get(), number);
    kept_.push_back(std::move(childs));
    auto source = add_source(reactor_, std::move(mine), Readiness::assumed(), "open a pipe");
    if (!source) return std::unexpected(source.error());
    return std::optional<MyEnd>(std::in_place, std::move(*source));
  }

  std::shared_ptr<Reactor> reactor_;
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
  std::vector<base::Descriptor> kept_;  // the child's ends, until it has them
};

}  // namespace detail
}  // namespace async::inline ASYNC_FLAVOUR
