// notify.hpp -- the models of common/sync/notify: no notification is lost, and none is given twice.
#pragma once

#include <utility>

#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"
#include "common/sync/notify.hpp"

namespace async::models {

// Before, while or after the other one begins to wait; what was done before it is seen.
inline void notify_one_waits() {
  Notify notify;
  Payload done = 0;
  base::Thread other([&] {
    done.write(7);
    notify.notify_one();
  });
  block_on(notify.notified());
  ASYNC_CHECK(done.read() == 7, "the notification came before what it tells of");
  other.join();
}

// Two wait, two notifications: one each.
inline void notify_two_wait() {
  Notify notify;
  auto first = notify.notified();
  auto second = notify.notified();
  (void)first.enable();
  (void)second.enable();
  base::Thread waiting([&] { block_on(first); });
  base::Thread notifying([&] {
    notify.notify_one();
    notify.notify_one();
  });
  block_on(second);
  waiting.join();
  notifying.join();
}

// The safe order of notify.hpp's comment: enable, look, wait. One permit is enough for any number of things.
inline void notify_safe_order() {
  Notify notify;
  base::Locked<int> things;
  base::Thread other([&] {
    for (int i = 0; i < 2; ++i) {
      ++*things.lock();
      notify.notify_one();
    }
  });
  for (int taken = 0; taken < 2;) {
    auto notified = notify.notified();
    (void)notified.enable();
    taken += std::exchange(*things.lock(), 0);
    if (taken < 2) block_on(notified);
  }
  other.join();
}

// Who was chosen, and goes without having looked, passes it on.
inline void notify_chosen_is_dropped() {
  Notify notify;
  auto second = notify.notified();
  base::Thread waiting, notifying;
  {
    auto first = notify.notified();
    (void)first.enable();
    (void)second.enable();
    waiting = base::Thread([&] { block_on(second); });
    notifying = base::Thread([&] { notify.notify_one(); });
  }
  waiting.join();
  notifying.join();
}

// A future counts for notify_waiters() from the moment at which it is made. No condition is looked at in between.
inline void notify_waiters_wakes_all() {
  Notify notify;
  base::Atomic<bool> is_there = false;
  const auto wait = [&] {
    auto notified = notify.notified();
    // relaxed: who sees it not was here first, and will be told
    if (!is_there.load(base::relaxed)) block_on(notified);
  };
  base::Thread waiting(wait);
  base::Thread notifying([&] {
    is_there.store(true, base::relaxed);
    notify.notify_waiters();
  });
  wait();
  waiting.join();
  notifying.join();
  ASYNC_CHECK(!notify.notified().enable(), "who came after all that is notified, too");
}

// While notify_waiters() is on its way to `first`, notify_one() must not be spent on it: it is for `later`.
inline void notify_one_meets_notify_waiters() {
  Notify notify;
  auto first = notify.notified();
  auto second = notify.notified();
  (void)first.enable();
  (void)second.enable();
  base::Thread all([&] { notify.notify_waiters(); });
  base::Thread one([&] {
    block_on(second);  // notify_waiters() has begun
    notify.notify_one();
  });
  block_on(first);
  auto later = notify.notified();
  block_on(later);
  all.join();
  one.join();
}

inline constexpr Model models_of_notify[] = {
    {"notify_one_waits", notify_one_waits, {.preemptions = 7}},
    {"notify_two_wait", notify_two_wait, {.preemptions = 4}},
    {"notify_safe_order", notify_safe_order, {.preemptions = 6}},
    {"notify_chosen_is_dropped", notify_chosen_is_dropped, {.preemptions = 6}},
    {"notify_waiters_wakes_all", notify_waiters_wakes_all, {.preemptions = 4}},
    {"notify_one_meets_notify_waiters", notify_one_meets_notify_waiters, {.preemptions = 4}},
};

}  // namespace async::models
