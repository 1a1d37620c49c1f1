// main.cpp -- the chapter's demos: their table, and one call.
#include "ch02_futures/s10_audit_log.hpp"
#include "ch02_futures/s11_ordered_log.hpp"
#include "ch02_futures/s1_breakfast.hpp"
#include "ch02_futures/s2_people.hpp"
#include "ch02_futures/s3_counter_future.hpp"
#include "ch02_futures/s4_pinning.hpp"
#include "ch02_futures/s5_no_waker.hpp"
#include "ch02_futures/s6_cancel_safety.hpp"
#include "ch02_futures/s6_timeout.hpp"
#include "ch02_futures/s7_remote_wake.hpp"
#include "ch02_futures/s8_async_mutex.hpp"
#include "ch02_futures/s8_lost_update.hpp"
#include "ch02_futures/s8_try_lock.hpp"
#include "ch02_futures/s9_combinators.hpp"

namespace {

using namespace ch02;

constexpr async::demo::Demo kDemos[] = {
    {"breakfast", "2.1", "coffee and toast in one task: 24 seconds", breakfast_demo},
    {"breakfast-yield", "2.1", "the same, but the first step lets the others begin: 18 seconds",
     faster_breakfast_demo},
    {"people", "2.2", "two and three people, a task each, and one worker", people::people_demo},
    {"counter", "2.3", "two futures by hand are polled in turn", counter_demo},
    {"pinning", "2.4", "a struct that points into itself: moved, immovable, and as a coroutine",
     pinning_demo},
    {"no-waker", "2.5", "a future that wakes nobody is polled once, and a timeout says so",
     no_waker::counter_demo},
    {"timeout", "2.6", "three seconds for a task of ten", timeout_demo},
    {"cancel-safety", "2.6", "a cancelled task leaves no lock and no half-written file", cancel_safety_demo},
    {"remote-wake", "2.7", "a future is woken from outside: two polls", remote_wake_demo},
    {"try-lock", "2.8", "two threads, one counter, and a try_lock that fails", sharing::try_lock_demo},
    {"async-mutex", "2.8", "the same with a mutex that can be awaited: nothing fails",
     sharing::async_mutex_demo},
    {"lost-update", "2.8", "and without a lock: one of two updates is lost", lost_update_demo},
    {"combinators", "2.9", "map, and_then and or_else, on a value and on an error", combinators_demo},
    {"audit-log", "2.10", "twelve tasks write to two files: each entry once, in any order", audit_log_demo},
    {"audit-log-errors", "2.10", "files that cannot be opened or written: errors are values",
     audit_log_errors_demo},
    {"ordered-log", "2.11", "one queue and one writer: in the order of the calls", ordered::ordered_log_demo},
};

}  // namespace

int main(int argc, char** argv) {
  return async::demo::run_demos({"ch02_futures", "tasks and futures", kDemos}, argc, argv);
}
