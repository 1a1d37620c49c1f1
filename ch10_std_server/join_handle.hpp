// join_handle.hpp -- JoinHandle<T>: waits for a task's output in a plain thread; the book's channel behind a name.
//
// The sender's end is in the task. If the task is destroyed before it sends, the handle is told: nobody waits
// for a task that is gone.
//
// Thread safety: each end belongs to one thread at a time; the two ends may be in different threads.
#pragma once

#include <exception>
#include <memory>
#include <utility>

#include "common/base/locked.hpp"
#include "common/future/outcome.hpp"

namespace ch10 {

class TaskDropped : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override {
    return "the task was dropped before it finished";
  }
};

template <class T>
struct JoinChannel {
  async::base::Locked<async::Outcome<T>> outcome;
  async::base::ConditionVariable sent;
};

template <class T>
class JoinSender {
 public:
  explicit JoinSender(std::shared_ptr<JoinChannel<T>> channel) : channel_(std::move(channel)) {}
  JoinSender(JoinSender&&) noexcept = default;
  JoinSender& operator=(JoinSender&&) = delete;
  ~JoinSender() {
    if (channel_) send_exception(std::make_exception_ptr(TaskDropped()));
  }

  template <class... Value>
  void send_value(Value&&... value) {
    channel_->outcome.lock()->set_value(std::forward<Value>(value)...);
    finish();
  }
  void send_exception(std::exception_ptr error) {
    channel_->outcome.lock()->set_exception(std::move(error));
    finish();
  }

 private:
  void finish() {
    channel_->sent.notify_one();
    channel_.reset();
  }

  std::shared_ptr<JoinChannel<T>> channel_;
};

template <class T>
class JoinHandle {
 public:
  explicit JoinHandle(std::shared_ptr<JoinChannel<T>> channel) : channel_(std::move(channel)) {}

  // Blocks this thread until the task has ended. Once. Throws what the task threw, or TaskDropped.
  T wait() {
    auto outcome = channel_->outcome.lock();
    outcome.wait(channel_->sent, [](const auto& there) { return !there.is_empty(); });
    return outcome->take();
  }

  // Before wait() alone.
  [[nodiscard]] bool is_finished() const { return !channel_->outcome.lock()->is_empty(); }

 private:
  std::shared_ptr<JoinChannel<T>> channel_;
};

template <class T>
std::pair<JoinSender<T>, JoinHandle<T>> join_channel() {
  auto channel = std::make_shared<JoinChannel<T>>();
  return {JoinSender<T>(channel), JoinHandle<T>(channel)};
}

}  // namespace ch10
