// s7_asking_process.hpp -- AskingProcess: a second process that sends datagrams, and wants an answer to each.
//
// A child of fork(), and no program of its own. In a process with several threads such a child may only make
// system calls until it ends: another thread may have held the allocator's lock at that moment, and nobody is
// there any more to let go of it. So it allocates nothing, prints nothing, and says all it has to say by its
// exit code.
//
// Thread safety: one thread; the one that calls start() outlives the process, which ends with it
//   (PR_SET_PDEATHSIG is about the thread that forked, not about the parent process).
// Lifetime: the destructor ends the process if it still runs, and waits for that.
// Errors: values from start(); the exit code says how the conversation was.
#pragma once

#include <string>
#include <sys/types.h>
#include <utility>

#include "common/io/unix_address.hpp"

#include "ch04_networking/sockets.hpp"

namespace ch04 {

class AskingProcess {
 public:
  // Sends "message 1" to "message COUNT" from `own` to `server`; each must be answered "heard: message 1".
  [[nodiscard]] static IoResult<AskingProcess> start(const UnixAddress& server, const UnixAddress& own,
                                                     int count);

  AskingProcess(AskingProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), exits_(std::move(other.exits_)) {}
  AskingProcess& operator=(AskingProcess&&) = delete;
  ~AskingProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // No socket, and yet it can be polled: readable once the process has ended.
  [[nodiscard]] base::Descriptor take_exits() { return std::move(exits_); }
  // The call that would block as long as it runs. Leaves the exit code for wait().
  [[nodiscard]] static Tried<Done> try_end(int exits);

  // Once. Blocks until it has ended. 0: it has got every answer; 1: a wrong one, or none; 2: a system call
  // failed; 128 and more: a signal ended it.
  [[nodiscard]] int wait();

 private:
  AskingProcess(pid_t pid, base::Descriptor exits) : pid_(pid), exits_(std::move(exits)) {}

  pid_t pid_;
  base::Descriptor exits_;
};

}  // namespace ch04
