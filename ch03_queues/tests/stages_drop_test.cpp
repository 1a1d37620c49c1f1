// stages_drop_test.cpp -- the contract of all stages: a Task is dropped, at every moment of its life.
#include <optional>

#include "ch03_queues/tests/owned_puppet.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

enum class Moment { queued, running, running_last, waiting, woken, finished, taken, executor_gone };

struct Life {
  Moment moment;
  const char* name;
  std::size_t polls, outputs;  // what it has come to
};
constexpr Life kLives[] = {
    {Moment::queued, "before its first poll", 0, 0},
    {Moment::running, "while another thread polls it", 1, 0},
    {Moment::running_last, "while another thread polls it, for the last time", 1, 1},
    {Moment::waiting, "while it waits", 1, 0},
    {Moment::woken, "when it is in the queue again", 1, 0},
    {Moment::finished, "with its output", 1, 1},
    {Moment::taken, "after its output", 1, 1},
    {Moment::executor_gone, "after the executor", 1, 0},
};

template <class E>
class StageDropContract : public StageTest<E> {
 protected:
  // Spawns a puppet and drops its Task at this moment. Until then the threads are where the moment needs
  // them.
  void live_until(Moment moment, Strings& strings) {
    Rendezvous held(this->kNeverFull);
    base::Parker is_polled, is_dropped;
    const auto hold_all_threads = [&] {
      for (int i = 0; i < 5; ++i) this->spawn(held.visit()).detach();
      this->let_them_run();
    };
    const bool while_running = moment == Moment::running || moment == Moment::running_last;
    if (while_running) {
      strings.in_poll = [&](Context&) {
        is_polled.unpark();
        is_dropped.park();
      };
    }
    strings.finish = moment == Moment::running_last || moment == Moment::finished || moment == Moment::taken;

    if (moment == Moment::queued) hold_all_threads();
    std::optional task(this->spawn(OwnedPuppet(strings)));
    while_running ? is_polled.park() : this->let_them_run();
    if (moment == Moment::woken) {
      hold_all_threads();
      strings.waker.wake_by_ref();
    }
    if (moment == Moment::taken) (void)block_on(*task);
    if (moment == Moment::executor_gone) this->executor_.reset();

    task.reset();
    is_dropped.unpark();
    held.open();
    this->let_them_run();
  }
};
TYPED_TEST_SUITE(StageDropContract, AllStages, NamesOfStages);

// Question: a Task is dropped. How often is its future polled, and who destroys it, when?
// Predict a row of kLives for the stage that you know best. Break in `Puppet::~Puppet`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TYPED_TEST(StageDropContract, AtEveryMoment_TheFutureIsDestroyedOnce) {
  for (const Life& life : kLives) {
    SCOPED_TRACE(life.name);
    this->executor_ = make_executor<TypeParam>();
    Strings strings;
    this->live_until(life.moment, strings);
    EXPECT_EQ(strings.polls, life.polls);
    EXPECT_EQ(strings.futures.made, 1u);
    EXPECT_EQ(strings.futures.ended,
              1u);  // while the executor lives, and also while somebody has a waker of it
    EXPECT_EQ(strings.outputs.made, life.outputs);
    EXPECT_EQ(strings.outputs.ended, life.outputs);

    strings.waker.wake_by_ref();  // without effect
    this->executor_.reset();
    EXPECT_EQ(strings.polls, life.polls);
  }
}

}  // namespace
}  // namespace ch03::tests
