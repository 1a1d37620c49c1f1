// s4_transfer_test.cpp -- control passes between coroutines, not by way of main; what that costs; the bound.
#include "ch05_coroutines/s4_transfer.hpp"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/demo/temporary_folder.hpp"
#include "common/future/tests/small_stack.hpp"
#include "common/future/tests/traced.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/s4_file_transfer.hpp"

namespace ch05 {
namespace {

using Log = std::vector<std::string>;

// Asks for numbers until there are `last`, and then stops. Answers each question with the next number.
struct Pair {
  Pair(std::size_t bound, int last_number) : relay(bound), last(last_number) {}

  static Passing<int> ask(Relay&, Pair& self) {
    for (int number = 0; number < self.last;) {
      self.log.push_back("asks");
      number = co_await self.answers.resume_with_input(GoOn());
      self.sum += number;
    }
    self.log.push_back("has enough");
  }
  static Passing<GoOn> answer(Relay&, Pair& self) {
    for (int number = 1;; ++number) {
      self.log.push_back("answers " + std::to_string(number));
      co_await self.asks.resume_with_input(number);
    }
  }

  Relay relay;
  int last;
  long sum = 0;
  Log log;
  Passing<int> asks = ask(relay, *this);
  Passing<GoOn> answers = answer(relay, *this);
};

// Read this one first.
// Question: run() resumes a coroutine once. How many transfers are there before it has control again, and who
// runs in between?
// Predict the log. Break in `Relay::pass_to`.
TEST(TransferTest, ControlPassesWithoutReturningToMain) {
  Pair pair(1000, 3);
  pair.relay.run(pair.asks);
  EXPECT_EQ(pair.log, (Log{"asks", "answers 1", "asks", "answers 2", "asks", "answers 3", "has enough"}));
  EXPECT_EQ(pair.relay.transfers(), 6u);
  EXPECT_EQ(pair.relay.returns(), 0u);
  EXPECT_EQ(pair.sum, 6);
}

// Question: a bound of two. What is different for the coroutines, and what for run()?
// Predict the log and the two numbers.
TEST(TransferTest, Bound_IsSeenByRunAndByNobodyElse) {
  for (const std::size_t bound : {1u, 2u, 3u, 5u, 6u, 7u}) {
    Pair pair(bound, 3);
    pair.relay.run(pair.asks);
    EXPECT_EQ(pair.log, (Log{"asks", "answers 1", "asks", "answers 2", "asks", "answers 3", "has enough"}));
    EXPECT_EQ(pair.relay.transfers(), 6u);
    EXPECT_EQ(pair.relay.returns(), 6u / bound) << "with a bound of " << bound;
  }
}

// Two that give control to each other until it was given so often.
struct PingPong {
  PingPong(std::size_t bound, long how_often) : relay(bound), left(how_often) {}

  static Passing<GoOn> play(Relay&, PingPong& self, Passing<GoOn> PingPong::* other) {
    while (self.left-- > 0) co_await (self.*other).resume_with_input(GoOn());
  }

  Relay relay;
  long left;
  Passing<GoOn> one = play(relay, *this, &PingPong::two), two = play(relay, *this, &PingPong::one);
};

// A stack of 256 KiB holds 200 transfers in any build, so with that bound it holds as many as one likes.
TEST(TransferTest, MillionTransfers_FitOnASmallStackWithABound) {
  on_small_stack([] {
    PingPong game(200, 1'000'000);
    game.relay.run(game.one);
    EXPECT_EQ(game.relay.transfers(), 1'000'000u);
    EXPECT_EQ(game.relay.returns(), 5'000u);
  });
}

TEST(TransferTest, ReaderAndWriter_CopyAFile) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  ASSERT_TRUE(make_numbers(numbers, 10'000, 1));
  FileTransfer transfer(NumberReader::open(numbers).value(), NumberWriter::open(output).value(), 1000);
  EXPECT_TRUE(transfer.run());
  EXPECT_TRUE(same_content(numbers, output).value());
  EXPECT_EQ(transfer.relay().transfers(), 20'002u);
}

TEST(TransferTest, BadLineAndNoRoom_AreToldAndWhatWasReadIsWritten) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  std::ofstream(numbers) << "1\n2\nx\n4\n";
  FileTransfer bad(NumberReader::open(numbers).value(), NumberWriter::open(output).value(), 1000);
  EXPECT_EQ(bad.run().error(), numbers + ", line 3: 'x' is no whole number of 32 bits; correct the line");
  EXPECT_EQ(demo::text_of(output), "1\n2\n");

  for (const std::size_t block_bytes : {std::size_t{0}, NumberWriter::kBlock}) {
    FileTransfer full(NumberReader::open(output).value(),
                      NumberWriter::open("/dev/full", block_bytes).value(), 1000);
    EXPECT_EQ(full.run().error(), "cannot write to /dev/full: No space left on device; make room there");
  }
}

TEST(TransferTest, Exception_EndsRunAndComesOutOfIt) {
  struct Fails {
    static Passing<GoOn> fail(Relay&, Fails& self) {
      const Traced local(self.log, "local");
      if (self.log.empty()) throw std::runtime_error("no more");
      co_await self.other.resume_with_input(GoOn());
    }
    static Passing<GoOn> call(Relay&, Fails& self) { co_await self.failing.resume_with_input(GoOn()); }

    Relay relay;
    Log log;
    Passing<GoOn> failing = fail(relay, *this);
    Passing<GoOn> other = call(relay, *this);
  };
  Fails fails;
  EXPECT_THROW(fails.relay.run(fails.other), std::runtime_error);
  EXPECT_EQ(fails.log, Log{"local"});
  EXPECT_EQ(fails.relay.transfers(), 1u);
}

TEST(TransferTest, WhoWaitsForControl_IsDroppedWithItsLocals) {
  struct Dropped {
    explicit Dropped(Log& given) : log(given) {}
    static Passing<GoOn> wait(Relay&, Dropped& self) {
      const Traced local(self.log, "waits");
      co_await self.second.resume_with_input(GoOn());
    }
    static Passing<GoOn> end(Relay&, Dropped&) { co_return; }

    Log& log;
    Relay relay;
    Passing<GoOn> first = wait(relay, *this);
    Passing<GoOn> second = end(relay, *this);
  };
  Log log;
  {
    Dropped dropped(log);
    dropped.relay.run(dropped.first);
    EXPECT_EQ(log, Log{}) << "the second one has ended, the first one still waits";
  }
  EXPECT_EQ(log, Log{"waits"});
}

TEST(TransferTest, ValuesThatCanOnlyBeMoved_Arrive) {
  using Owner = std::unique_ptr<int>;
  struct Movers {
    static Passing<Owner> take(Relay&, Movers& self) {
      const Owner owner = co_await self.gives.resume_with_input(GoOn());
      self.taken = *owner;
    }
    static Passing<GoOn> give(Relay&, Movers& self) {
      co_await self.takes.resume_with_input(std::make_unique<int>(7));
    }

    Relay relay;
    int taken = 0;
    Passing<Owner> takes = take(relay, *this);
    Passing<GoOn> gives = give(relay, *this);
  };
  Movers movers;
  movers.relay.run(movers.takes);
  EXPECT_EQ(movers.taken, 7);
}

TEST(TransferTest, BoundOfZero_IsRefused) { EXPECT_THROW(Relay(0), std::invalid_argument); }

TEST(TransferDeathTest, FirstInputWithNobodyToTakeIt_StopsTheProgram) {
  EXPECT_DEATH(
      {
        Pair pair(1000, 3);
        pair.relay.run(pair.answers);  // the other one has not asked
      },
      "begin with the one that asks");
}

TEST(TransferDeathTest, WhoHasEnded_CannotBeGivenControl) {
  EXPECT_DEATH(
      {
        Pair pair(1000, 1);
        pair.relay.run(pair.asks);
        pair.relay.run(pair.answers);
      },
      "after it had run to its end");
  EXPECT_DEATH(
      {
        PingPong game(1000, 4);
        game.relay.run(game.one);
        game.relay.run(game.one);
      },
      "run was given a coroutine that had run to its end");
}

// After a bad line the writer still waits for a number; nobody may start it without one.
TEST(TransferDeathTest, WhoWaitsForAnInput_CannotBeRunWithoutOne) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt");
  std::ofstream(numbers) << "1\nx\n";
  EXPECT_DEATH(
      {
        FileTransfer transfer(NumberReader::open(numbers).value(), NumberWriter::open("/dev/null").value(),
                              1000);
        (void)transfer.run();
        (void)transfer.run();
      },
      "waits for an input|run to its end");
}

// Question: without a bound, on a stack of 256 KiB, a million transfers. In which builds does that end well?
// Predict for yours: is a transfer a jump or a call? (`transfer` prints it.) Break in `Relay::note_stack`.
TEST(TransferDeathTest, WithoutABound_TheStackOverflowsWhereACallIsNoJump) {
  const auto bytes_of_a_transfer = [](std::size_t bound) {
    PingPong game(bound, 1'000'000);
    game.relay.run(game.one);
    return game.relay.stack_per_transfer();
  };
  const std::size_t bytes = bytes_of_a_transfer(500);
  const auto unbounded = [&] {
    on_small_stack([&] { (void)bytes_of_a_transfer(Relay::kUnbounded); });
    std::_Exit(0);
  };
  if (bytes == 0) {
    EXPECT_EXIT(unbounded(), ::testing::ExitedWithCode(0), "");
  } else {
    const auto crashed = [](int status) { return !::testing::ExitedWithCode(0)(status); };
    EXPECT_GE(bytes, sizeof(void*)) << "a return address, at least";
    EXPECT_EXIT(unbounded(), crashed, "");
  }
}

}  // namespace
}  // namespace ch05
