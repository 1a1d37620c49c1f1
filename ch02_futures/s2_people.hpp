// s2_people.hpp -- two and three people, each a task, and one worker: one pair of hands for all of them.
//
// A task is what an executor keeps in its queue; join() does not make one, spawn() does. While a person waits
// for the kettle, the worker has its hands free for the next person.
#pragma once

#include <vector>

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/join_all.hpp"
#include "common/time/sleep.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02::people {

using namespace async;
using namespace std::chrono_literals;

// The steps of s1_breakfast.hpp without their lines: wait, then work with both hands.
inline Async<> step(Duration wait, Duration work) {
  co_await sleep(wait);
  blocking_sleep(work);
}
inline Async<> prep_coffee_mug() { return step(100ms, 6s); }
inline Async<> make_coffee() { return step(10s, 3s); }
inline Async<> make_toast() { return step(10s, 5s); }

// 14 s of work. Alone it takes 18 s.
inline Async<> person() { co_await join(prep_coffee_mug(), make_coffee(), make_toast()); }

// Each awaited before the next one is spawned: 18 s for each.
inline Async<> one_by_one(Executor& executor, int people) {
  for (int i = 0; i < people; ++i) (void)co_await executor.spawn(person());
}

// All spawned, then awaited: 0.1 s until the first hand moves, then 14 s of work for each.
inline Async<> all_at_once(Executor& executor, int people) {
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < people; ++i) handles.push_back(executor.spawn(person()));
  (void)co_await join_all(std::move(handles));
}

bool people_demo(const demo::Options& options);

}  // namespace ch02::people
