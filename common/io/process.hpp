// process.hpp -- Command: says which program to run and how, and starts it.
//
//   const auto listing = co_await Command("ls").arg("-l").current_dir("/tmp").output();
//   if (listing) println(listing->out);
//
// spawn() starts it and gives the Child (child_process.hpp); status() waits for its end; output() collects
// what it writes. All three start it at once, not at their first poll. Whether there is such a program is
// told by them.
//
// Without a word about them spawn() and status() leave the child this program's stdin, stdout and stderr;
// output() gives it an empty stdin, and pipes.
// The child begins with no signal blocked and SIGPIPE as the system has it, and inherits no descriptor of
// common/io.
//
// Thread safety: a value. Errors: IoError, with the program's name.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <expected>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/io/child_process.hpp"
#include "common/io/spawn_plan.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Command {
 public:
  // Looked for in PATH unless it has a slash.
  explicit Command(std::string program) : arguments_{std::move(program)} {}

  Command& arg(std::string argument) {
    arguments_.push_back(std::move(argument));
    return *this;
  }
  Command& args(const std::vector<std::string>& more) {
    arguments_.insert(arguments_.end(), more.begin(), more.end());
    return *this;
  }
  Command& env(const std::string& name, std::string value) {
    changes_[name] = std::move(value);
    return *this;
  }
  Command& env_remove(const std::string& name) {
    changes_[name] = std::nullopt;
    return *this;
  }
  // Nothing but what env() gives, before or after.
  Command& env_clear() {
    inherits_environment_ = false;
    return *this;
  }
  Command& current_dir(std::string directory) {
    directory_ = std::move(directory);
    return *this;
  }
  Command& stdin_(Stdio what) {
    in_ = what;
    return *this;
  }
  Command& stdout_(Stdio what) {
    out_ = what;
    return *this;
  }
  Command& stderr_(Stdio what) {
    err_ = what;
    return *this;
  }
  // A Child that is dropped before it ended is killed.
  Command& kill_on_drop(bool kills) {
    kills_on_drop_ = kills;
    return *this;
  }

  // With the calling thread's reactor.
  [[nodiscard]] IoResult<Child> spawn() const {
    return start(in_.value_or(Stdio::inherit()), out_.value_or(Stdio::inherit()),
                 err_.value_or(Stdio::inherit()));
  }
  [[nodiscard]] Async<IoResult<ExitStatus>> status() const { return end_of(spawn()); }
  [[nodiscard]] Async<IoResult<ProcessOutput>> output() const {
    return output_of(
        start(in_.value_or(Stdio::null()), out_.value_or(Stdio::piped()), err_.value_or(Stdio::piped())));
  }

 private:
  static Async<IoResult<ExitStatus>> end_of(IoResult<Child> child) {
    if (!child) co_return std::unexpected(child.error());
    co_return co_await child->wait();
  }
  static Async<IoResult<ProcessOutput>> output_of(IoResult<Child> child) {
    if (!child) co_return std::unexpected(child.error());
    co_return co_await Child::collect(std::move(*child));
  }

  // "NAME=value", as the child gets them.
  [[nodiscard]] std::vector<std::string> environment() const {
    std::vector<std::string> lines;
    for (char** each = ::environ; inherits_environment_ && each != nullptr && *each != nullptr; ++each) {
      const std::string line(*each);
      if (!changes_.contains(line.substr(0, line.find('=')))) lines.push_back(line);
    }
    for (const auto& [name, value] : changes_) {
      if (value) lines.push_back(name + "=" + *value);
    }
    return lines;
  }

  [[nodiscard]] IoResult<Child> start(Stdio in, Stdio out, Stdio err) const {
    const std::string what =
        "run \"" + arguments_.front() + "\"" + (directory_.empty() ? "" : " in " + directory_);
    const auto reactor = Reactor::current();
    detail::SpawnPlan plan(reactor);
    auto to_child = plan.stdio_to(in, STDIN_FILENO);
    auto from_out = plan.stdio_from(out, STDOUT_FILENO);
    auto from_err = plan.stdio_from(err, STDERR_FILENO);
    for (const auto* failed : {to_child ? nullptr : &to_child.error(), from_out ? nullptr : &from_out.error(),
                               from_err ? nullptr : &from_err.error()}) {
      if (failed != nullptr) return detail::io_failure(failed->code(), what);
    }
    if (!directory_.empty()) plan.change_directory(directory_);
    const auto id = plan.run(arguments_, environment());
    if (!id) return detail::io_failure(id.error(), what);
    return adopt(*id, reactor, what, std::move(*to_child), std::move(*from_out), std::move(*from_err));
  }

  [[nodiscard]] IoResult<Child> adopt(pid_t id, const std::shared_ptr<Reactor>& reactor,
                                      const std::string& what, std::optional<PipeWriter> in,
                                      std::optional<PipeReader> out, std::optional<PipeReader> err) const {
    // The number is the child's until it is reaped, so this cannot find another process.
    base::Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
    auto source = pidfd ? IoSource::add(reactor, std::move(pidfd))
                        : std::expected<IoSource, std::error_code>(std::unexpect, detail::last_error());
    if (!source) {
      // It cannot be watched: it is not left running unseen.
      ::kill(id, SIGKILL);
      while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
      }
      return detail::io_failure(source.error(), what);
    }
    return Child(std::make_unique<detail::ChildProcess>(id, std::move(*source), kills_on_drop_),
                 std::move(in), std::move(out), std::move(err));
  }

  std::vector<std::string> arguments_;  // the program's name first
  std::map<std::string, std::optional<std::string>> changes_;
  std::string directory_;
  std::optional<Stdio> in_, out_, err_;
  bool inherits_environment_ = true;
  bool kills_on_drop_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR
