// dropped_task.cpp -- a Task that nobody keeps is cancelled at once: the compiler says so.
// flags: -Werror=unused-result -Werror=unused-value
// error: a Task that is dropped cancels what was spawned
#include <utility>

#include "common/future/ready.hpp"
#include "common/task/make_task.hpp"

async::Task<int> spawn_task() {
  auto made = async::make_task([] { return async::ready(1); }, [](async::Runnable) {});
  return std::move(made.task);
}

int main() {
  auto kept = spawn_task();
  spawn_task().detach();
#ifdef WRONG
  spawn_task();
#endif
}
