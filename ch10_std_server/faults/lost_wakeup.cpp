// lost_wakeup.cpp -- demo: a connection that comes while its worker goes to sleep, in the book's way and in ours.
#include "ch10_std_server/faults/lost_wakeup.hpp"

#include <cstdio>
#include <string>
#include <thread>

#include "ch10_std_server/demo_support.hpp"

namespace ch10::faults {
namespace {

struct Seen {
  bool woken_by_first = false;
  int done_before_second = 0;
  int done_in_the_end = 0;
};

Seen book_way() {
  async::base::Locked<int> done(0);
  async::base::ConditionVariable changed;
  Gate looked;
  Gate handed_over;
  FlaggingWorker worker(
      [&](int) {
        ++*done.lock();
        changed.notify_all();
      },
      [&] {
        looked.open();
        handed_over.wait("the first connection to be handed over");
      });

  Seen seen;
  {
    const WaitingFor waiting("the worker to look and to flag its sleep");
    looked.wait("the worker to look into its box");
    seen.woken_by_first = worker.hand_over(1);
    handed_over.open();
    while (!worker.says_that_it_sleeps()) std::this_thread::yield();
  }
  // From here on only an unpark goes on, and there was none. The time is for those who do not believe it.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  seen.done_before_second = *done.lock();
  worker.hand_over(2);
  const WaitingFor waiting("both connections to be served");
  auto now = done.lock();
  now.wait(changed, [](int count) { return count == 2; });
  seen.done_in_the_end = *now;
  return seen;
}

// Holds the worker at the line that it prints between its last look and its sleep.
class HeldAtSleep : public CountedLines {
 public:
  void sleeping(const std::string& worker) override {
    CountedLines::sleeping(worker);
    go_on_.wait("the connection to be handed over");
  }
  Gate go_on_;
};

bool our_worker_answers(ExecutorKind kind) {
  HeldAtSleep lines;
  ServerOptions options;
  options.executor = kind;
  options.work = std::chrono::milliseconds(1);
  options.lines = &lines;
  auto [near_end, far_end] = socket_pair();
  PlainClient client(std::move(far_end));
  const WaitingFor waiting("the worker to serve and to end");
  Worker worker("One", options);
  worker.start();
  lines.wait_until("the worker to look into its box", &CountedLines::Counts::sleeping, 1);
  worker.hand_over(Connection{std::move(near_end), sockaddr_in{}});
  lines.go_on_.open();
  const bool answered = is_answered(client);
  client.close();
  return answered;
}

}  // namespace

bool lost_wakeup_demo(const DemoOptions&) {
  std::printf("the book's way: look, set the flag, sleep\n");
  const Seen book = book_way();
  std::printf("  a connection comes between the look and the flag; the worker is woken: %s\n",
              yes_or_no(book.woken_by_first));
  std::printf("  100 ms later, served: %d\n", book.done_before_second);
  std::printf("  another connection comes; served: %d\n", book.done_in_the_end);

  std::printf("ours: the notification waits for the sleeper\n");
  const bool polling = our_worker_answers(ExecutorKind::polling);
  std::printf("  polling executor: a connection between the look and the sleep is answered: %s\n",
              yes_or_no(polling));
  const bool waking = our_worker_answers(ExecutorKind::waking);
  std::printf("  waking executor:  a connection between the look and the sleep is answered: %s\n",
              yes_or_no(waking));
  return verdict(!book.woken_by_first && book.done_before_second == 0 && book.done_in_the_end == 2,
                 !polling || !waking);
}

}  // namespace ch10::faults
