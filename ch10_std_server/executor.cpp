// executor.cpp -- chooses between the two executors, and what both do with a task that throws.
#include "ch10_std_server/executor.hpp"

#include <cstdio>

#include "ch10_std_server/polling/executor.hpp"
#include "ch10_std_server/waking/executor.hpp"

namespace ch10 {

std::unique_ptr<Executor> make_executor(ExecutorKind kind) {
  if (kind == ExecutorKind::polling) return std::make_unique<polling::PollingExecutor>();
  return std::make_unique<waking::WakingExecutor>();
}

std::string_view to_string(ExecutorKind kind) { return kind == ExecutorKind::polling ? "polling" : "waking"; }

bool Executor::poll_to_end(Async<void>& future, Context& cx) {
  try {
    return future.poll(cx).is_ready();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "a task ended with an exception: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "a task ended with an exception that is no std::exception\n");
  }
  return true;
}

}  // namespace ch10
