// s6_condvar.hpp -- a condition variable: one thread updates a value, another one waits for each update.
//
// The book's threads share a mutex, a condition variable and an atomic STOP, and so do these. Different is:
//   - A notification is no message: it is lost if nobody waits yet, and one may come for no reason. So what
//     is waited for is a state under the mutex, `is_new`, and looked at before and after each sleep.
//   - The updater waits until the value before was received: no update is lost, whoever is quicker.
//   - The last wake-up comes for STOP and has no value: the book's thread prints the old one once more (its
//     code does; its printout does not show it).
// STOP is stored under the mutex too. Else it could be stored, and notified, between the other thread's
// look at it and its sleep; and that one would sleep for ever.
//
// Thread safety: each function in one thread. Lifetime: the shared data outlives both threads.
#pragma once

#include <initializer_list>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/base/mutex.hpp"
#include "common/time/clock.hpp"

namespace ch01 {

using namespace async;

struct SharedData {
  struct Value {
    bool value = false;
    bool is_new = false;  // set by the updater, cleared by whoever has received it
  };

  base::Locked<Value> data;
  base::ConditionVariable changed;
  base::Atomic<bool> STOP = false;  // relaxed everywhere: the mutex orders it
};

// Prints each value that it receives, until STOP.
void background_thread(SharedData& shared);

// Updates the value, one after the other with a pause behind each, then stores STOP.
void updater_thread(SharedData& shared, std::initializer_list<bool> values, Duration pause);

}  // namespace ch01
