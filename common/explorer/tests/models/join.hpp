// join.hpp -- the models of common/task/task_handle.hpp: the handle waits, lets go or cancels while the task ends.
#pragma once

#include <optional>
#include <utility>

#include "common/explorer/tests/models/model_tasks.hpp"
#include "common/future/block_on.hpp"
#include "common/task/join_handle.hpp"

namespace async::models {

struct Tea {
  explorer::Cell<int> poured = 0;  // how often it was destroyed
};

// What the task gives: the one owner of a Tea. To move it is to read what is in it.
class Cup {
 public:
  Cup(Tea& tea, int strength) : tea_(&tea), strength_(strength) {}
  Cup(Cup&& other) noexcept : tea_(std::exchange(other.tea_, nullptr)), strength_(other.strength_) {}
  Cup& operator=(Cup&&) = delete;
  ~Cup() {
    if (tea_ != nullptr) tea_->poured.write(tea_->poured.read() + 1);
  }
  [[nodiscard]] int strength() const { return strength_.read(); }

 private:
  Tea* tea_;
  Payload strength_;
};

// Ready at its first poll.
class MakesTea {
 public:
  using Output = Cup;

  explicit MakesTea(Tea& tea) : tea_(&tea) {}
  Poll<Cup> poll(Context& /*cx*/) { return Ready(Cup(*tea_, 7)); }

 private:
  Tea* tea_;
};

inline auto tea_task(Tea& tea, ModelExecutor& executor) {
  return make_task(future_maker(MakesTea(tea)), ScheduleOn{&executor});
}

// The handle waits while another thread runs the task to its end: it is woken, and the output is whole.
inline void join_waits() {
  ModelExecutor executor;
  Tea tea;
  {
    auto [runnable, task] = tea_task(tea, executor);
    base::Thread other([mine = std::move(runnable)]() mutable { (void)std::move(mine).run(); });
    const auto got = block_on(std::move(task).into_join_handle());
    ASYNC_CHECK(got && got->strength() == 7, "the output is not what the task made");
    ASYNC_CHECK(tea.poured.read() == 0, "the output was destroyed, and given as well");
    other.join();
  }
  ASYNC_CHECK(tea.poured.read() == 1, "the output was destroyed twice, or never");
}

// The handle asked once, and goes: the output and the waker that it left are dropped, once, though a waker of the task
// is still there.
inline void join_lets_go() {
  ModelExecutor executor;
  Tea tea;
  CountingWaker joiner;
  {
    auto [runnable, task] = tea_task(tea, executor);
    const Waker keeper = waker_of(runnable);
    base::Thread other([mine = std::move(runnable)]() mutable { (void)std::move(mine).run(); });
    {
      auto handle = std::optional(std::move(task).into_join_handle());
      const Waker waker = joiner.waker();
      Context cx(waker);
      if (auto answer = handle->poll(cx); answer.is_ready()) {
        ASYNC_CHECK(answer.value()->strength() == 7, "the output is not what the task made");
      }
      handle.reset();
    }
    other.join();
    ASYNC_CHECK(tea.poured.read() == 1, "nobody will come for the output, and it is there");
    ASYNC_CHECK(joiner.owners() == 0, "nobody is there to be woken, and the waker is there");
  }
  ASYNC_CHECK(tea.poured.read() == 1, "the output was destroyed twice");
}

// It asks with one waker and then with another one: the latest is woken.
inline void join_changes_its_waker() {
  ModelExecutor executor;
  Tea tea;
  CountingWaker first;
  {
    auto [runnable, task] = tea_task(tea, executor);
    base::Thread other([mine = std::move(runnable)]() mutable { (void)std::move(mine).run(); });
    auto handle = std::move(task).into_join_handle();
    const Waker waker = first.waker();
    Context cx(waker);
    if (auto answer = handle.poll(cx); answer.is_ready()) {
      ASYNC_CHECK(answer.value()->strength() == 7, "the output is not what the task made");
    } else {
      ASYNC_CHECK(block_on(handle)->strength() == 7, "the output is not what the task made");
    }
    other.join();
  }
  ASYNC_CHECK(tea.poured.read() == 1, "the output was destroyed twice, or never");
  ASYNC_CHECK(first.owners() == 0, "the first waker was not dropped");
}

// It cancels and waits: it hears of a value or of the cancellation, and the future is gone either way.
inline void join_cancels() {
  ModelExecutor executor;
  Tea tea;
  bool has_value = false;
  {
    auto [runnable, task] = tea_task(tea, executor);
    base::Thread other([mine = std::move(runnable)]() mutable { (void)std::move(mine).run(); });
    auto handle = std::move(task).into_join_handle();
    handle.abort();
    const auto got = block_on(handle);
    has_value = got.has_value();
    if (has_value) {
      ASYNC_CHECK(got->strength() == 7, "the output is not what the task made");
    } else {
      ASYNC_CHECK(got.error().is_cancelled(), "cancelled, and told as something else");
    }
    other.join();
  }
  ASYNC_CHECK(tea.poured.read() == (has_value ? 1 : 0), "the output was destroyed twice, or never");
}

inline constexpr Model models_of_join[] = {
    {"join_waits", join_waits, {.preemptions = 5, .old_reads = 3}},
    {"join_lets_go", join_lets_go, {.preemptions = 5, .old_reads = 3}},
    {"join_changes_its_waker", join_changes_its_waker, {.preemptions = 4}},
    {"join_cancels", join_cancels, {.preemptions = 4, .old_reads = 3}},
};

}  // namespace async::models
