// mpsc_model_test.cpp -- 100,000 random operations on a bounded mpsc, compared with a small model.
//
// The model: a list of values, a number of free permits, and who waits. One thread; the seed is fixed.
#include <deque>
#include <gtest/gtest.h>
#include <list>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/channel/tests/hand_polled.hpp"

namespace {

using namespace async;

class MpscModel {
 public:
  MpscModel(std::size_t capacity, unsigned seed)
      : channel_(mpsc::channel<int>(capacity)), random_(seed), free_(capacity) {}

  void step() {
    switch (random_() % 10) {
      case 0: return try_send();
      case 1:
      case 2: return begin_send();
      case 3: return poll_a_send();
      case 4: return drop_a_send();
      case 5: return reserve();
      case 6: return use_a_permit();
      case 7: return drop_a_permit();
      case 8: return try_recv();
      default: return recv_or_drop();
    }
  }
  void check() {
    ASSERT_EQ(channel_.sender.capacity(), free_);
    ASSERT_EQ(channel_.receiver.len(), values_.size());
  }
  std::size_t received() const { return received_; }

 private:
  struct Send {
    Send(const mpsc::Sender<int>& tx, int a_value)
        : future(std::in_place, [&tx, a_value] { return tx.send(a_value); }), value(a_value) {}
    HandPolled<mpsc::SendFuture<int>> future;
    int value;
    bool has_permit = false;  // in the model: it was its turn
  };

  std::size_t any(std::size_t size) { return random_() % size; }

  // A permit comes back: to the first who waits, or it is free.
  void give() {
    for (Send& send : sends_) {
      if (send.has_permit) continue;
      send.has_permit = true;
      ASSERT_EQ(send.future.wakes(), 1u);
      return;
    }
    ++free_;
  }
  void sent(int value) {
    values_.push_back(value);
    if (receive_) {
      ASSERT_EQ(receive_->wakes(), values_.size() == 1 ? 1u : 0u);
    }
  }

  void try_send() {
    const auto answer = channel_.sender.try_send(++next_);
    ASSERT_EQ(answer.has_value(), free_ != 0);
    if (!answer) return;
    --free_;
    sent(next_);
  }
  void begin_send() {
    if (sends_.size() > 5) return;
    Send& send = sends_.emplace_back(channel_.sender, ++next_);
    if (free_ != 0) {
      --free_;
      ASSERT_TRUE(send.future.poll());
      sent(send.value);
      sends_.pop_back();
    } else {
      ASSERT_FALSE(send.future.poll());
    }
  }
  void poll_a_send() {
    if (sends_.empty()) return;
    const auto send = std::next(sends_.begin(), static_cast<std::ptrdiff_t>(any(sends_.size())));
    ASSERT_EQ(send->future.poll(), send->has_permit);
    if (!send->has_permit) return;
    sent(send->value);
    sends_.erase(send);
  }
  void drop_a_send() {
    if (sends_.empty()) return;
    const auto send = std::next(sends_.begin(), static_cast<std::ptrdiff_t>(any(sends_.size())));
    const bool had_permit = send->has_permit;
    send->future.drop();
    ASSERT_EQ(send->future.kept_wakers(), 0u);
    sends_.erase(send);
    if (had_permit) give();
  }
  void reserve() {
    auto permit = channel_.sender.try_reserve();
    ASSERT_EQ(permit.has_value(), free_ != 0);
    if (!permit) return;
    --free_;
    permits_.push_back(*std::move(permit));
  }
  void use_a_permit() {
    if (permits_.empty()) return;
    std::move(permits_.front()).send(++next_);
    permits_.pop_front();
    sent(next_);
  }
  void drop_a_permit() {
    if (permits_.empty()) return;
    permits_.pop_back();
    give();
  }
  void take(std::optional<int> value) {
    ASSERT_EQ(value, values_.front());
    values_.pop_front();
    ++received_;
    give();
  }
  void try_recv() {
    if (receive_) return;  // one receive at a time
    const auto value = channel_.receiver.try_recv();
    ASSERT_EQ(value.has_value(), !values_.empty());
    if (value) take(*value);
  }
  void recv_or_drop() {
    if (receive_ && any(4) == 0) {
      receive_->drop();
      ASSERT_EQ(receive_->kept_wakers(), 0u);
      receive_.reset();
      return;
    }
    if (!receive_) receive_.emplace(std::in_place, [this] { return channel_.receiver.recv(); });
    const bool ready = receive_->poll();
    ASSERT_EQ(ready, !values_.empty());
    if (!ready) return;
    const auto value = *receive_->result;
    receive_.reset();
    take(value);
  }

  mpsc::Channel<int> channel_;
  std::minstd_rand random_;
  int next_ = 0;

  // The model.
  std::size_t free_;
  std::deque<int> values_;
  std::size_t received_ = 0;

  std::list<Send> sends_;  // those that wait, in their order
  std::deque<mpsc::Permit<int>> permits_;
  std::optional<HandPolled<mpsc::RecvFuture<int, mpsc::Bounded>>> receive_;
};

TEST(MpscModelTest, RandomOperations_DoWhatTheModelSays) {
  for (const std::size_t capacity : {1u, 2u, 3u, 7u, 40u}) {
    MpscModel model(capacity, 4711);
    for (int i = 0; i < 20'000; ++i) {
      model.step();
      model.check();
      if (HasFatalFailure()) FAIL() << "capacity " << capacity << ", step " << i;
    }
    EXPECT_GT(model.received(), 300u);
  }
}

}  // namespace
