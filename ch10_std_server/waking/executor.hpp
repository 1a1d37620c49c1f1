// executor.hpp -- an executor that polls a task only when it was woken, and sleeps in epoll meanwhile.
//
// One wake-up of a task that waits for a socket, in the order of the calls:
//   WakingExecutor::deliver (in park, after epoll_wait returned the socket) -> Waker::wake -> waking::wake
//   -> Task::wake -> ReadyQueue::push; then the worker's loop -> WakingExecutor::poll -> the future.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <set>
#include <sys/epoll.h>
#include <system_error>
#include <utility>

#include "ch10_std_server/executor.hpp"
#include "ch10_std_server/waking/waker.hpp"

namespace ch10::waking {

class WakingExecutor final : public Executor {
 public:
  WakingExecutor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    watch(EPOLL_CTL_ADD, ready_->bell(), EPOLLIN, nullptr);
  }
  ~WakingExecutor() override {
    ready_->close();
    while (Task* task = ready_->pop()) task->drop_owner();
    while (Task* task = unfinished_.front()) finish(*task);
  }

  void spawn_task(Async<void> task) override {
    auto* spawned = new Task(std::move(task), ready_);
    unfinished_.push_back(*spawned);
    spawned->wake();
  }

  bool poll() override {
    // Sockets and timers have their turn also while there is always another task to poll.
    if (++polls_ % kPollsPerTurn == 0) deliver(wait(0));
    Task* const task = ready_->pop();
    if (task == nullptr) return false;
    task->about_to_poll();
    if (task->future) {  // else it was woken in its last poll
      const Waker waker = create_waker(*task);
      Context cx(waker);
      if (poll_to_end(*task->future, cx)) finish(*task);
    }
    task->drop_owner();
    return true;
  }

  void park() override {
    const bool sleeps = ready_->begin_sleep();
    const int count = wait(sleeps ? timeout_ms() : 0);
    if (sleeps) ready_->end_sleep();  // before anybody is woken: these wakes need no bell
    deliver(count);
  }
  void notify() override { ready_->notify(); }

  void wake_all() override {
    for (Task* task = unfinished_.front(); task != nullptr; task = unfinished_.next(*task)) task->wake();
  }

  [[nodiscard]] std::size_t unfinished() const override { return unfinished_.size(); }

  void wake_when(Socket& socket, Interest interest, const Waker& waker) override {
    socket.waiter.refresh_from(waker);
    // One event, then silence until the next call: a task that does not read is not told again and again.
    const unsigned events = (interest == Interest::readable ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT;
    watch(std::exchange(socket.in_epoll, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket.descriptor.get(),
          events, &socket);
  }
  void wake_at(Timer& timer, const Waker& waker) override {
    timer.waiter.refresh_from(waker);
    if (!std::exchange(timer.is_set, true)) timers_.emplace(timer.deadline, &timer);
  }
  void forget(Timer& timer) override {
    if (std::exchange(timer.is_set, false)) timers_.erase({timer.deadline, &timer});
  }

 private:
  static constexpr unsigned kPollsPerTurn = 61;

  void watch(int operation, int descriptor, unsigned events, void* data) {
    epoll_event event{.events = events, .data = {.ptr = data}};
    if (::epoll_ctl(epoll_.get(), operation, descriptor, &event) < 0) {
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
  }

  // Waits until a socket or the bell has something to say, at most so long; how many they are, in events_.
  int wait(int timeout) {
    const int count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout);
    if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
    return count;
  }

  // Wakes whoever waited for these sockets, and for a moment that has come.
  void deliver(int count) {
    // A wake only queues the task. So no socket of this batch is closed before the batch is through.
    for (int i = 0; i < count; ++i) {
      if (auto* const socket = static_cast<Socket*>(events_[static_cast<std::size_t>(i)].data.ptr)) {
        std::move(socket->waiter).wake();
      }
    }
    const auto now = Clock::now();
    while (!timers_.empty() && timers_.begin()->first <= now) {
      Timer& due = *timers_.begin()->second;
      forget(due);
      std::move(due.waiter).wake();
    }
  }

  // Until the next timer is due: rounded up, so that the executor does not spin through the last millisecond.
  [[nodiscard]] int timeout_ms() const {
    if (timers_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 60'000));
  }

  // The future goes now, whoever still holds a waker of the task.
  void finish(Task& task) {
    unfinished_.remove(task);
    task.future.reset();
    task.drop_owner();
  }

  std::shared_ptr<ReadyQueue> ready_ = std::make_shared<ReadyQueue>();
  Descriptor epoll_;
  std::array<epoll_event, 256> events_;
  std::set<std::pair<Clock::time_point, Timer*>> timers_;
  async::base::IntrusiveList<Task> unfinished_;
  unsigned polls_ = 0;
};

}  // namespace ch10::waking
