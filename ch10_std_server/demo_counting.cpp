// demo_counting.cpp -- row 10.2: two counting futures on both executors, with a wake and without.
#include <cstdio>
#include <string>

#include "common/base/thread.hpp"

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/s2_counting.hpp"

namespace ch10 {
namespace {

using Wakes = CountingFuture::Wakes;

// The book's way: the output goes through a channel that is made by hand.
Async<void> count_and_send(JoinSender<int> sender) { sender.send_value(co_await CountingFuture()); }

// Polls in a thread of its own while this one waits. For both outputs, else the result could be printed before
// the last line of the second future.
int poll_in_a_thread(Executor& executor, JoinHandle<int>& one, JoinHandle<int>& two) {
  const WaitingFor waiting("both counting futures to end");
  const async::base::Thread polls([&] {
    while (executor.unfinished() > 0) {
      if (!executor.poll()) executor.park();
    }
  });
  const int result = one.wait();
  two.wait();
  return result;
}

int run_with_channels(Executor& executor) {
  auto [sender, receiver] = join_channel<int>();
  auto [sender_two, receiver_two] = join_channel<int>();
  executor.spawn_task(count_and_send(std::move(sender)));
  executor.spawn_task(count_and_send(std::move(sender_two)));
  return poll_in_a_thread(executor, receiver, receiver_two);
}

int run_with_handles(Executor& executor) {
  auto handle = executor.spawn(CountingFuture());
  auto handle_two = executor.spawn(CountingFuture());
  return poll_in_a_thread(executor, handle, handle_two);
}

// At most so many polls, in this thread. How many there were.
int poll_while_possible(Executor& executor, int limit) {
  int polls = 0;
  while (polls < limit && executor.poll()) ++polls;
  return polls;
}

}  // namespace

bool counting_demo(const DemoOptions&) {
  std::printf("the polling executor, and a channel for each output\n");
  const auto polling = make_executor(ExecutorKind::polling);
  const int first = run_with_channels(*polling);
  std::printf("Result: %d\n", first);

  std::printf("\nthe waking executor, and a JoinHandle from spawn\n");
  const auto waking = make_executor(ExecutorKind::waking);
  const int second = run_with_handles(*waking);
  std::printf("Result: %d\n", second);
  return first == 4 && second == 4;
}

bool no_wake_demo(const DemoOptions&) {
  constexpr int kLimit = 100;  // polls; eight are needed
  bool kept = true;
  for (const ExecutorKind kind : {ExecutorKind::polling, ExecutorKind::waking}) {
    std::printf("%sthe %s executor, no wake_by_ref\n", kind == ExecutorKind::polling ? "" : "\n",
                std::string(to_string(kind)).c_str());
    const auto executor = make_executor(kind);
    auto handle = executor->spawn(CountingFuture(Wakes::no));
    auto handle_two = executor->spawn(CountingFuture(Wakes::no));
    const int polls = poll_while_possible(*executor, kLimit);
    const bool finished = handle.is_finished() && handle_two.is_finished();
    if (finished) {
      std::printf("Result: %d, after %d polls\n", handle.wait(), polls);
    } else {
      std::printf("No result: %d polls, then nothing to poll, and %zu tasks that nobody will wake\n", polls,
                  executor->unfinished());
    }
    const bool polled_on = finished && polls == 8;
    const bool waits = !finished && polls == 2 && executor->unfinished() == 2;
    kept &= kind == ExecutorKind::polling ? polled_on : waits;
  }
  return kept;
}

}  // namespace ch10
