// task_drop_test.cpp -- a Task or JoinHandle dropped, cancelled or aborted at every moment of its task.
//
// One table: at each moment, what is done to the handle, and what the whole life of the task then amounts to.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

enum class Moment {
  queued,         // before its first poll
  waiting,        // polled once, its waker is kept
  awaited,        // the same, and somebody waits for the handle
  woken,          // polled once, in the queue again
  running,        // inside a poll that answers Pending
  running_last,   // inside a poll that answers Ready
  finished,       // the output is there
  awaited_ended,  // the same, and whoever waited for the handle was woken
  taken,          // the output was moved out
};
enum class Deed { drop_task, cancel_task, drop_join_handle, abort_join_handle };

struct Life {
  Moment moment;
  std::size_t polls_if_cancelled, outputs_if_cancelled;  // drop_task, cancel_task, abort_join_handle
  std::size_t polls_if_let_go, outputs_if_let_go;        // drop_join_handle: it runs to its end
};
constexpr Life kLives[] = {
    {Moment::queued, 0, 0, 1, 1},         // never polled
    {Moment::waiting, 1, 0, 2, 1},        // not polled again
    {Moment::awaited, 1, 0, 2, 1},        //
    {Moment::woken, 1, 0, 2, 1},          // though it stands in the queue
    {Moment::running, 1, 0, 2, 1},        // destroyed as soon as the poll returns
    {Moment::running_last, 1, 1, 1, 1},   // too late: the output is there
    {Moment::finished, 1, 1, 1, 1},       //
    {Moment::awaited_ended, 1, 1, 1, 1},  //
    {Moment::taken, 1, 1, 1, 1},          //
};
constexpr Deed kDeeds[] = {Deed::drop_task, Deed::cancel_task, Deed::drop_join_handle,
                           Deed::abort_join_handle};

using Row = std::tuple<Life, Deed>;

class TaskDropTest : public testing::TestWithParam<Row> {
 protected:
  bool of_a_task() const { return deed_ == Deed::drop_task || deed_ == Deed::cancel_task; }
  bool cancels() const { return deed_ != Deed::drop_join_handle; }
  bool keeps_the_handle() const { return deed_ == Deed::cancel_task || deed_ == Deed::abort_join_handle; }

  void spawn() {
    auto spawned = yard_.spawn([this] { return Puppet(strings_); });
    if (of_a_task()) {
      task_ = std::move(spawned);
    } else {
      handle_ = std::move(spawned).into_join_handle();
    }
  }
  void do_the_deed() {
    const std::size_t ended = strings_.futures.ended;
    switch (deed_) {
      case Deed::drop_task: task_.reset(); break;
      case Deed::cancel_task: task_->cancel(); break;
      case Deed::drop_join_handle: handle_.reset(); break;
      case Deed::abort_join_handle: handle_->abort(); break;
    }
    EXPECT_EQ(strings_.futures.ended, ended) << "a future is destroyed in a run, never in the caller of this";
  }
  // Asks the handle as `joiner_` would: true if it is ready. A result is counted and thrown away.
  bool await_handle() {
    try {
      if (of_a_task() ? joiner_.poll(*task_).is_ready() : poll_join_handle()) return true;
    } catch (const TaskCancelled&) {
      ++cancelled_;
      return true;
    }
    return false;
  }
  bool poll_join_handle() {
    auto answer = joiner_.poll(*handle_);
    if (answer.is_ready() && !answer.value()) ++cancelled_;
    return answer.is_ready();
  }
  void run_all() {
    while (!yard_.queue.is_empty()) (void)yard_.step();
  }

  void live_until(Moment moment) {
    spawn();
    if (moment == Moment::queued) return do_the_deed();
    if (moment == Moment::running || moment == Moment::running_last) {
      strings_.finish = moment == Moment::running_last;
      strings_.in_poll = [this, once = false](Context&) mutable {
        if (!std::exchange(once, true)) do_the_deed();
      };
      (void)yard_.step();
      return;
    }
    strings_.finish =
        moment == Moment::finished || moment == Moment::awaited_ended || moment == Moment::taken;
    if (moment == Moment::awaited || moment == Moment::awaited_ended) {
      EXPECT_FALSE(await_handle());
    }
    (void)yard_.step();
    if (moment == Moment::woken) strings_.waker.wake_by_ref();
    if (moment == Moment::taken) {
      EXPECT_TRUE(await_handle());
    }
    do_the_deed();
  }

  const Life life_ = std::get<Life>(GetParam());
  const Deed deed_ = std::get<Deed>(GetParam());
  Yard yard_;
  Strings strings_;
  CountingTask joiner_;
  std::optional<Task<Counted>> task_;
  std::optional<JoinHandle<Counted>> handle_;
  std::size_t cancelled_ = 0;
};

// Predict a row of kLives, then read it. Break in `TaskHandle::release`.
TEST_P(TaskDropTest, EverythingIsMadeAndDestroyedExactlyOnce) {
  live_until(life_.moment);

  // Time goes on: whoever has a waker wakes, and the future would be ready now.
  strings_.finish = true;
  run_all();
  strings_.waker.wake_by_ref();
  run_all();

  const std::size_t polls = cancels() ? life_.polls_if_cancelled : life_.polls_if_let_go;
  const std::size_t outputs = cancels() ? life_.outputs_if_cancelled : life_.outputs_if_let_go;
  EXPECT_EQ(strings_.polls, polls);
  EXPECT_EQ(strings_.outputs.made, outputs);
  EXPECT_EQ(strings_.futures.made, 1u);
  EXPECT_EQ(strings_.futures.ended, 1u);  // also where a waker and a handle live

  if (keeps_the_handle()) {
    const bool taken = life_.moment == Moment::taken;
    if (!taken) {
      EXPECT_TRUE(await_handle());
    }
    EXPECT_EQ(cancelled_, outputs == 0 ? 1u : 0u);
  }
  const bool told =
      life_.moment == Moment::awaited_ended || (life_.moment == Moment::awaited && keeps_the_handle());
  EXPECT_EQ(joiner_.take_wakes(), told ? 1u : 0u);
  task_.reset();
  handle_.reset();
  EXPECT_EQ(strings_.outputs.ended, outputs);
  EXPECT_EQ(joiner_.kept_wakers(), 0u);

  strings_.waker = Waker();  // the last reference, if there is one
  EXPECT_TRUE(yard_.queue.is_empty());
}

// Wakers may go before the handle, or never have been: the rows hold all the same, but nobody can wake the
// task.
TEST_P(TaskDropTest, WithoutAnyWaker_NothingIsLeftEither) {
  strings_.keep_waker = false;
  live_until(life_.moment);
  strings_.finish = true;
  run_all();
  task_.reset();
  handle_.reset();
  run_all();
  EXPECT_EQ(strings_.futures.made, 1u);
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(strings_.outputs.live(), 0u);
  EXPECT_EQ(joiner_.kept_wakers(), 0u);
}

std::string name_of(const testing::TestParamInfo<Row>& row) {
  static const char* const moments[] = {"Queued",      "Waiting",  "Awaited",      "Woken", "Running",
                                        "RunningLast", "Finished", "AwaitedEnded", "Taken"};
  static const char* const deeds[] = {"DropTask", "CancelTask", "DropJoinHandle", "AbortJoinHandle"};
  return std::string(deeds[static_cast<int>(std::get<Deed>(row.param))]) + "_When" +
         moments[static_cast<int>(std::get<Life>(row.param).moment)];
}
INSTANTIATE_TEST_SUITE_P(EveryMoment, TaskDropTest,
                         testing::Combine(testing::ValuesIn(kLives), testing::ValuesIn(kDeeds)), name_of);

}  // namespace
