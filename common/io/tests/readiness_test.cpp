// readiness_test.cpp -- the word that remembers events: what sets it, what clears it, what does not.
#include "common/io/readiness.hpp"

#include <gtest/gtest.h>

namespace {

using namespace async;
using detail::AtomicReadiness;
using detail::Direction;
using detail::Readiness;

bool reads(const AtomicReadiness& word) { return word.load().is_ready(Direction::read); }
bool writes(const AtomicReadiness& word) { return word.load().is_ready(Direction::write); }

TEST(ReadinessTest, NothingKnown_IsNotReady_AndAssumedIs) {
  EXPECT_FALSE(reads(AtomicReadiness(Readiness())));
  EXPECT_FALSE(writes(AtomicReadiness(Readiness())));
  EXPECT_TRUE(reads(AtomicReadiness(Readiness::assumed())));
  EXPECT_TRUE(writes(AtomicReadiness(Readiness::assumed())));
}

TEST(ReadinessTest, EachBitOfEpoll_SetsItsDirections) {
  const auto of = [](std::uint32_t epoll) { return Readiness::of_epoll(epoll); };
  EXPECT_TRUE(of(EPOLLIN).is_ready(Direction::read));
  EXPECT_FALSE(of(EPOLLIN).is_ready(Direction::write));
  EXPECT_FALSE(of(EPOLLIN).is_closed(Direction::read));
  EXPECT_TRUE(of(EPOLLOUT).is_ready(Direction::write));
  EXPECT_FALSE(of(EPOLLOUT).is_ready(Direction::read));
  EXPECT_TRUE(of(EPOLLRDHUP).is_ready(Direction::read));
  EXPECT_TRUE(of(EPOLLRDHUP).is_closed(Direction::read));
  EXPECT_FALSE(of(EPOLLRDHUP).is_closed(Direction::write)) << "half closed: this side may go on writing";
  EXPECT_TRUE(of(EPOLLPRI).is_ready(Direction::read));
  EXPECT_TRUE(of(EPOLLPRI).is_closed(Direction::read)) << "a short read says nothing";
  EXPECT_FALSE(of(EPOLLPRI).is_ready(Direction::write));
  for (const std::uint32_t both : {std::uint32_t{EPOLLHUP}, std::uint32_t{EPOLLERR}}) {
    for (const auto direction : {Direction::read, Direction::write}) {
      EXPECT_TRUE(of(both).is_ready(direction));
      EXPECT_TRUE(of(both).is_closed(direction));
    }
  }
}

TEST(ReadinessTest, ACallThatWouldBlock_ClearsItsDirectionOnly) {
  AtomicReadiness word(Readiness::assumed());
  word.would_block(word.load(), Direction::read);
  EXPECT_FALSE(reads(word));
  EXPECT_TRUE(writes(word));
}

// Question: a read finds nothing, and before it can say so, the reactor's thread tells of new bytes. Who
// wins?
TEST(ReadinessTest, AnEventBetweenTheLookAndTheClear_IsNotLost) {
  AtomicReadiness word(Readiness::assumed());
  const auto seen = word.load();
  word.add_event(Readiness::of_epoll(EPOLLIN));
  word.would_block(seen, Direction::read);
  EXPECT_TRUE(reads(word));
  word.was_short(seen, Direction::read);
  EXPECT_TRUE(reads(word));
  word.would_block(word.load(), Direction::read);
  EXPECT_FALSE(reads(word));
}

TEST(ReadinessTest, AShortRead_ClearsUnlessTheOtherEndIsClosed) {
  AtomicReadiness open(Readiness::of_epoll(EPOLLIN));
  open.was_short(open.load(), Direction::read);
  EXPECT_FALSE(reads(open));

  AtomicReadiness closed(Readiness::of_epoll(EPOLLIN | EPOLLRDHUP));
  closed.was_short(closed.load(), Direction::read);
  EXPECT_TRUE(reads(closed)) << "the end is still to be read, and no event will tell of it again";
  closed.would_block(closed.load(), Direction::read);
  EXPECT_FALSE(reads(closed)) << "the system's word counts more than any memory of an event";
}

TEST(ReadinessTest, ShutDown_StaysForEver) {
  AtomicReadiness word{Readiness()};
  EXPECT_FALSE(word.load().is_worth_a_try(Direction::read));
  word.shut_down();
  word.add_event(Readiness::of_epoll(EPOLLIN));
  word.would_block(word.load(), Direction::read);
  EXPECT_TRUE(word.load().is_shut_down());
  EXPECT_TRUE(word.load().is_worth_a_try(Direction::write));
}

}  // namespace
