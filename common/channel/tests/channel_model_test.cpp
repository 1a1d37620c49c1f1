// channel_model_test.cpp -- random sends, receives, polls and drops in one thread, against what must hold.
//
// Some futures are polled when they are woken, others late, others never. Whenever all that were woken have
// been polled, nobody may wait beside what it waits for. Each send is polled as soon as it is made, and its
// value is one more than that of the send before: so what is received only ever grows.
#include <algorithm>
#include <gtest/gtest.h>
#include <list>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"

namespace {

using namespace async;

struct NumberedSend : Sending<int> {
  NumberedSend(const Sender<int>& sender, int value) : Sending<int>(sender, value), number(value) {}
  int number;
};
struct AnyReceive : Receiving<int> {
  using Receiving<int>::Receiving;
};

class Model {
 public:
  Model(std::size_t capacity, unsigned seed) : random_(seed), channel_(bounded<int>(capacity)) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      act();
      if (below(4) == 0) settle();
    }
    settle();
    finish();
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_()) % n; }

  void act() {
    switch (below(8)) {
      case 0: return try_send();
      case 1: return note(channel_.receiver.try_recv());
      case 2:
      case 3: return poll(sends_.emplace_back(channel_.sender, next_++), sends_);
      case 4:
      case 5: return poll(receives_.emplace_back(channel_.receiver), receives_);
      case 6: return below(2) == 0 ? poll_any(sends_) : poll_any(receives_);
      default: return below(2) == 0 ? drop_any(sends_) : drop_any(receives_);
    }
  }

  // Polls who was woken, until nobody is. Then nobody may wait in vain.
  void settle() {
    for (bool woken = true; woken;) woken = poll_woken(sends_) || poll_woken(receives_);
    if (!receives_.empty()) {
      EXPECT_TRUE(channel_.receiver.is_empty()) << "a receiver sleeps beside a value";
      EXPECT_TRUE(sends_.empty()) << "a receiver and a sender wait for each other";
      EXPECT_FALSE(channel_.sender.is_full());
    }
    if (!sends_.empty()) {
      EXPECT_TRUE(channel_.sender.is_full()) << "a sender waits beside room";
    }
  }

  // Who still waits is dropped; what was sent is received.
  void finish() {
    receives_.clear();
    sends_.clear();
    while (!channel_.receiver.is_empty()) note(channel_.receiver.try_recv());
    EXPECT_TRUE(std::includes(received_.begin(), received_.end(), sent_.begin(), sent_.end()))
        << "a value was sent, and lost";
  }

  void try_send() {
    const int value = next_++;
    if (channel_.sender.try_send(value)) sent_.insert(value);
  }
  void note(const std::expected<int, RecvError>& result) {
    if (!result) return;
    EXPECT_TRUE(received_.empty() || *result > *received_.rbegin()) << "twice, or out of order";
    received_.insert(*result);
  }
  void note(AnyReceive& receive) { note(*receive.result); }
  void note(NumberedSend& send) {
    EXPECT_TRUE(*send.result);
    sent_.insert(send.number);
  }

  template <class Each>
  void poll(Each& each, std::list<Each>& all) {
    if (!each.poll()) return;
    note(each);
    all.remove_if([&](const Each& other) { return &other == &each; });
  }
  template <class Each>
  bool poll_woken(std::list<Each>& all) {
    for (Each& each : all) {
      if (each.wakes() == 0) continue;
      poll(each, all);
      return true;
    }
    return false;
  }
  template <class Each>
  void poll_any(std::list<Each>& all) {
    if (all.empty()) return;
    poll(*std::next(all.begin(), below(static_cast<unsigned>(all.size()))), all);
  }
  template <class Each>
  void drop_any(std::list<Each>& all) {
    if (!all.empty()) all.erase(std::next(all.begin(), below(static_cast<unsigned>(all.size()))));
  }

  std::minstd_rand random_;
  Channel<int> channel_;
  std::list<NumberedSend> sends_;
  std::list<AnyReceive> receives_;
  int next_ = 1;
  std::set<int> sent_, received_;
};

class ChannelModelTest : public testing::TestWithParam<std::size_t> {};

TEST_P(ChannelModelTest, NobodyWaitsInVain_AndEachValueIsReceivedOnce) {
  for (unsigned seed = 1; seed <= 150 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model(GetParam(), seed).run(200);
  }
}

INSTANTIATE_TEST_SUITE_P(Capacities, ChannelModelTest, testing::Values(0, 1, 2, 3, 1'000),
                         testing::PrintToStringParamName());

}  // namespace
