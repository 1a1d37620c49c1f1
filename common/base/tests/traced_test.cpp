// traced_test.cpp -- a process knows whether a debugger holds it.
#include "common/base/traced.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Asked in a child, so that it holds also while the test itself is debugged.
bool is_traced_in_a_child(bool with_a_tracer) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (with_a_tracer) (void)::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);  // by its parent
    ::_exit(async::base::is_being_traced() ? 1 : 0);
  }
  int status = 0;
  // Any signal stops a child that is traced: its tracer, this process, lets it go on.
  while (::waitpid(child, &status, 0) < 0 ? errno == EINTR : WIFSTOPPED(status)) {
    if (WIFSTOPPED(status)) (void)::ptrace(PTRACE_CONT, child, nullptr, nullptr);
  }
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status) == 1;
}

TEST(TracedTest, ATracer_IsSeen) {
  EXPECT_TRUE(is_traced_in_a_child(true));
  EXPECT_FALSE(is_traced_in_a_child(false));
}

}  // namespace
