// s4_transfer.cpp -- the second demo of 5.4: control goes to and fro, and what that costs.
#include "ch05_coroutines/s4_transfer.hpp"

#include <cstddef>
#include <string>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/s4_file_transfer.hpp"

namespace ch05 {
namespace {

using async::demo::or_throw;
using async::demo::println;

// FileTransfer with its numbers on the screen.
struct Talk {
  static Passing<GoOn> read(Relay&, Talk& self) {
    for (int number = 1; number <= 2; ++number) {
      println("  reader: has read ", number, ", resumes the writer with it");
      co_await self.writer.resume_with_input(number);
    }
    println("  reader: has nothing left, resumes the writer with that");
    co_await self.writer.resume_with_input(std::nullopt);
  }
  static Passing<std::optional<int>> write(Relay&, Talk& self) {
    for (;;) {
      println("  writer: resumes the reader");
      const auto number = co_await self.reader.resume_with_input(GoOn());
      if (!number) break;
      println("  writer: has written ", *number);
    }
    println("  writer: is at its end");
  }

  Relay relay;
  Passing<GoOn> reader = read(relay, *this);
  Passing<std::optional<int>> writer = write(relay, *this);
};

// Two that do nothing but give control to each other.
struct PingPong {
  static Passing<GoOn> play(Relay&, PingPong& self, Passing<GoOn> PingPong::* other) {
    while (self.relay.transfers() < 1000) co_await (self.*other).resume_with_input(GoOn());
  }

  Relay relay;
  Passing<GoOn> one = play(relay, *this, &PingPong::two), two = play(relay, *this, &PingPong::one);
};

std::size_t bytes_of_a_transfer() {
  PingPong game;
  game.relay.run(game.one);
  return game.relay.stack_per_transfer();
}

}  // namespace

bool transfer_demo(const demo::Options& options) {
  println("main: gives control to the writer");
  Talk talk;
  talk.relay.run(talk.writer);
  println("main: has it again, after ", talk.relay.transfers(), " transfers, ", talk.relay.returns(),
          " of them by way of main");

  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  const std::size_t count = options.count("count"), bound = options.count("bound");
  or_throw(make_numbers(numbers, count, options.seed));
  FileTransfer transfer(or_throw(NumberReader::open(numbers)), or_throw(NumberWriter::open(output)), bound);
  or_throw(transfer.run());
  const bool equal = or_throw(same_content(numbers, output));

  const Relay& relay = transfer.relay();
  println(count, " numbers: ", relay.transfers(), " transfers, ", relay.returns(), " of them by way of main");
  println("output.txt is equal to numbers.txt: ", demo::yes_or_no(equal));
  const std::size_t bytes = bytes_of_a_transfer();
  println("a transfer costs ", demo::shown(options, bytes, "<bytes>"), " bytes of stack");
  const std::string full =
      bytes == 0 ? "never" : "after " + std::to_string(8 * 1024 * 1024 / bytes) + " transfers";
  println("without a bound a stack of 8 MiB would be full ", demo::shown(options, full, "<when>"));
  return talk.relay.transfers() == 6 && talk.relay.returns() == 0 && equal &&
         relay.transfers() == 2 * (count + 1) && relay.returns() == relay.transfers() / bound;
}

}  // namespace ch05
