// dropped_task.cpp -- a Task that nobody keeps is cancelled at once: that must not happen unnoticed.
// error: a Task that is dropped cancels what was spawned
// flags: -Werror=unused-result -Werror=unused-value
#include "ch03_queues/executor.hpp"
#include "ch03_queues/s9_background.hpp"

void start(ch03::Executor& executor) {
#ifdef WRONG
  executor.spawn_task(ch03::BackgroundProcess());
#else
  executor.spawn_task(ch03::BackgroundProcess()).detach();
#endif
}
