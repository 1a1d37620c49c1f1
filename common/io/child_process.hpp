// child_process.hpp -- Child: a running program that this one started; its end, and the pipes to it.
//
//   auto child = Command("sort").stdin_(Stdio::piped()).stdout_(Stdio::piped()).spawn();
//   auto input = child->take_stdin();
//   ...
//   const auto status = co_await child->wait();
//
// A child has a descriptor (pidfd) that becomes readable when it ends: no SIGCHLD, and no thread that blocks.
//
// A child that is dropped runs on, or is killed with kill_on_drop. Either way it leaves no zombie: if it has
// not ended by then, its descriptor goes to the program's reactor, which reaps it when it ends.
//
// What happens when: wait() is woken inside its reactor's turn().
// Thread safety: one task's; its pipes may go to others.
// Lifetime: wait() borrows the child, which may be moved meanwhile. Dropping wait() loses nothing: the status
// is kept.
// Errors: IoError; operation_canceled once the reactor was shut down.
#pragma once

#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/io/pipe.hpp"
#include "common/task/make_task.hpp"

namespace async::inline ASYNC_FLAVOUR {

// How a program ended: by itself with a code, or by a signal.
class ExitStatus {
 public:
  ExitStatus(bool exited, int number) : exited_(exited), number_(number) {}

  [[nodiscard]] bool success() const { return exited_ && number_ == 0; }
  [[nodiscard]] std::optional<int> code() const { return exited_ ? std::optional(number_) : std::nullopt; }
  [[nodiscard]] std::optional<int> signal() const { return exited_ ? std::nullopt : std::optional(number_); }
  [[nodiscard]] std::string to_string() const {
    return (exited_ ? "exit code " : "signal ") + std::to_string(number_);
  }
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;

 private:
  bool exited_;
  int number_;
};

// All that a program wrote to what was piped, and how it ended.
struct ProcessOutput {
  ProcessOutput(ExitStatus status_, std::string out_, std::string err_)
      : status(status_), out(std::move(out_)), err(std::move(err_)) {}

  ExitStatus status;
  std::string out;
  std::string err;
};

namespace detail {

// Reaps the child if it has ended. As a system call: -1 and EAGAIN if it runs.
[[nodiscard]] inline ssize_t try_reap(int pidfd, std::optional<ExitStatus>& status) {
  constexpr auto kByPidfd = static_cast<idtype_t>(3);  // P_PIDFD, where the system's headers are older
  siginfo_t info{};
  if (::waitid(kByPidfd, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG) != 0) return -1;
  if (info.si_pid == 0) {
    errno = EAGAIN;
    return -1;
  }
  status.emplace(info.si_code == CLD_EXITED, info.si_status);
  return 0;
}

class ReapAttempt {
 public:
  using Output = IoResult<ExitStatus>;
  static constexpr auto kDirection = Direction::read;

  explicit ReapAttempt(std::optional<ExitStatus>& status) : status_(status) {}

  [[nodiscard]] std::optional<Output> at_once() const {
    return status_ ? std::optional<Output>(*status_) : std::nullopt;
  }

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return try_reap(fd, status_); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "wait for a child process");
    return Output(*status_);
  }

 private:
  std::optional<ExitStatus>& status_;
};

inline Async<> reap(IoSource source) {
  std::optional<ExitStatus> status;
  (void)co_await IoOperation<ReapAttempt>(source.registration(), status);
}

// Nobody waits for it any more: the program's reactor does. The task runs where it is woken, in that
// reactor's thread.
inline void reap_later(base::Descriptor pidfd) {
  auto source = IoSource::add(Reactor::of_the_program(), std::move(pidfd));
  if (!source) return;
  const auto run_here = [](Runnable runnable) {
    const Budget::Unlimited unlimited;  // else a spent budget would have it woken, and so run, inside itself
    (void)std::move(runnable).run();
  };
  auto made = make_task(future_maker(reap(std::move(*source))), run_here);
  (void)std::move(made.task).into_join_handle();  // dropped: it runs on
  run_here(std::move(made.runnable));
}

// The part of a Child that stays in its place.
class ChildProcess {
 public:
  ChildProcess(pid_t id, IoSource source, bool kills_on_drop)
      : id_(id), kills_on_drop_(kills_on_drop), source_(std::move(source)) {}
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (status_) return;
    if (kills_on_drop_) (void)kill();
    if (try_reap(source_.fd(), status_) == 0 || errno != EAGAIN) return;
    try {
      reap_later(source_.into_descriptor());
    } catch (const std::exception&) {
      // No memory, or no thread for the program's reactor: the system reaps it when this program ends.
    }
  }

  [[nodiscard]] pid_t id() const { return id_; }

  auto wait() { return IoOperation<ReapAttempt>(source_.registration(), status_); }

  IoResult<std::optional<ExitStatus>> try_wait() {
    if (!status_ && try_reap(source_.fd(), status_) != 0 && errno != EAGAIN)
      return io_failure(last_error(), "wait for a child process");
    return status_;
  }

  IoResult<void> kill() {
    if (status_) return {};
    // By the descriptor, not by the number, which might be somebody else's by now.
    if (::syscall(SYS_pidfd_send_signal, source_.fd(), SIGKILL, nullptr, 0) != 0 && errno != ESRCH)
      return io_failure(last_error(), "kill a child process");
    return {};
  }

 private:
  pid_t id_;
  bool kills_on_drop_;
  std::optional<ExitStatus> status_;  // once it was reaped
  IoSource source_;
};

inline Async<IoResult<std::size_t>> read_all(std::optional<PipeReader>& pipe, std::string& into) {
  if (!pipe) co_return std::size_t{0};
  co_return co_await pipe->read_to_string(into);
}

}  // namespace detail

class Child {
 public:
  // Of Command::spawn.
  Child(std::unique_ptr<detail::ChildProcess> process, std::optional<PipeWriter> in,
        std::optional<PipeReader> out, std::optional<PipeReader> err)
      : process_(std::move(process)), in_(std::move(in)), out_(std::move(out)), err_(std::move(err)) {}

  [[nodiscard]] pid_t id() const { return process_->id(); }

  // The pipes' ends on this side: once, and only of what was piped.
  [[nodiscard]] std::optional<PipeWriter> take_stdin() { return std::exchange(in_, std::nullopt); }
  [[nodiscard]] std::optional<PipeReader> take_stdout() { return std::exchange(out_, std::nullopt); }
  [[nodiscard]] std::optional<PipeReader> take_stderr() { return std::exchange(err_, std::nullopt); }

  // How it ended. Closes its stdin first, if that was not taken: a child that reads to the end would never
  // end.
  auto wait() {
    in_.reset();
    return process_->wait();
  }
  // Nothing while it runs.
  IoResult<std::optional<ExitStatus>> try_wait() { return process_->try_wait(); }

  // SIGKILL. kill() waits for the end too.
  IoResult<void> start_kill() { return process_->kill(); }
  Async<IoResult<ExitStatus>> kill() {
    const auto killed = start_kill();
    if (!killed) co_return std::unexpected(killed.error());
    co_return co_await wait();
  }

  // All that it writes to its pipes, both at once: a child that fills one of them would wait for its reader.
  [[nodiscard]] Async<IoResult<ProcessOutput>> wait_with_output() && { return collect(std::move(*this)); }

  [[nodiscard]] static Async<IoResult<ProcessOutput>> collect(Child child) {
    child.in_.reset();
    std::string out;
    std::string err;
    const auto [read_out, read_err] =
        co_await join(detail::read_all(child.out_, out), detail::read_all(child.err_, err));
    if (!read_out) co_return std::unexpected(read_out.error());
    if (!read_err) co_return std::unexpected(read_err.error());
    const auto status = co_await child.wait();
    if (!status) co_return std::unexpected(status.error());
    co_return ProcessOutput(*status, std::move(out), std::move(err));
  }

 private:
  std::unique_ptr<detail::ChildProcess> process_;
  std::optional<PipeWriter> in_;
  std::optional<PipeReader> out_;
  std::optional<PipeReader> err_;
};

}  // namespace async::inline ASYNC_FLAVOUR
