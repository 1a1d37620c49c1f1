// broadcast_model_test.cpp -- random operations on a broadcast, compared with all that was ever sent.
//
// One thread; the seed is fixed. The values are shared pointers: a count of 1 means that the channel has let
// go.
#include <gtest/gtest.h>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/channel/broadcast.hpp"
#include "common/channel/tests/hand_polled.hpp"

namespace {

using namespace async;
using Value = std::shared_ptr<int>;

class BroadcastModel {
 public:
  BroadcastModel(std::size_t capacity, unsigned seed)
      : capacity_(capacity), tx_(broadcast::channel<Value>(capacity).sender), random_(seed) {}

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1: return send();
      case 2: return subscribe();
      case 3: return drop_one();
      default: return receive();
    }
  }
  // Every value is kept exactly as long as somebody can still get it.
  void check() {
    std::size_t wanted = 0;
    const std::size_t oldest = sent_.size() - std::min(sent_.size(), capacity_);
    for (std::size_t i = oldest > 10 ? oldest - 10 : 0; i < sent_.size(); ++i) {
      bool is_wanted = false;
      for (const Reader& reader : readers_) is_wanted = is_wanted || (reader.next <= i && i >= oldest);
      ASSERT_EQ(sent_[i].use_count(), is_wanted ? 2 : 1);
      wanted += is_wanted ? 1 : 0;
    }
    ASSERT_EQ(tx_.len(), wanted);
    ASSERT_EQ(tx_.receiver_count(), readers_.size());
  }
  std::size_t lagged() const { return lagged_; }

 private:
  struct Reader {
    Reader(broadcast::Receiver<Value> receiver, std::size_t first) : rx(std::move(receiver)), next(first) {}
    broadcast::Receiver<Value> rx;
    std::size_t next;  // in the model
    std::optional<HandPolled<broadcast::Receiver<Value>::RecvFuture>> future;
  };

  auto any() { return std::next(readers_.begin(), static_cast<std::ptrdiff_t>(random_() % readers_.size())); }

  void send() {
    auto value = std::make_shared<int>(static_cast<int>(sent_.size()));
    const auto answer = tx_.send(value);
    ASSERT_EQ(answer.has_value(), !readers_.empty());
    if (!answer) return;
    ASSERT_EQ(*answer, readers_.size());
    for (Reader& reader : readers_) {
      if (reader.future) {
        ASSERT_EQ(reader.future->wakes(), reader.next == sent_.size() ? 1u : 0u);
      }
    }
    sent_.push_back(std::move(value));
  }
  void subscribe() {
    if (readers_.size() > 4) return;
    readers_.emplace_back(tx_.subscribe(), sent_.size());
  }
  void drop_one() {
    if (readers_.empty() || random_() % 3 == 0) return;
    const auto reader = any();
    if (reader->future) {
      reader->future->drop();
      ASSERT_EQ(reader->future->kept_wakers(), 0u);
      reader->future.reset();
    } else {
      readers_.erase(reader);
    }
  }
  void receive() {
    if (readers_.empty()) return;
    Reader& reader = *any();
    if (!reader.future) reader.future.emplace(std::in_place, [&reader] { return reader.rx.recv(); });
    const bool ready = reader.future->poll();
    ASSERT_EQ(ready, reader.next != sent_.size());
    if (!ready) return;
    const auto answer = *std::move(reader.future->result);
    reader.future.reset();
    const std::size_t oldest = sent_.size() - std::min(sent_.size(), capacity_);
    if (reader.next < oldest) {
      ASSERT_FALSE(answer.has_value());
      ASSERT_EQ(answer.error().missed(), oldest - reader.next);
      reader.next = oldest;
      ++lagged_;
    } else {
      ASSERT_TRUE(answer.has_value());
      ASSERT_EQ(*answer, sent_[reader.next++]);
    }
  }

  std::size_t capacity_;
  broadcast::Sender<Value> tx_;
  std::minstd_rand random_;
  std::vector<Value> sent_;
  std::list<Reader> readers_;
  std::size_t lagged_ = 0;
};

TEST(BroadcastModelTest, RandomOperations_DoWhatTheModelSays) {
  for (const std::size_t capacity : {1u, 2u, 3u, 8u}) {
    BroadcastModel model(capacity, 4711);
    for (int i = 0; i < 20'000; ++i) {
      model.step();
      model.check();
      if (HasFatalFailure()) FAIL() << "capacity " << capacity << ", step " << i;
    }
    EXPECT_GT(model.lagged(), 10u);
  }
}

}  // namespace
