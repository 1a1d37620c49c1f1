// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; the models of faults have them.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch10_std_server/main.cpp"
#undef main

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/faults/dead_workers.hpp"
#include "ch10_std_server/faults/double_free.hpp"
#include "ch10_std_server/faults/lost_wakeup.hpp"
#include "ch10_std_server/faults/resent_bytes.hpp"
#include "ch10_std_server/faults/split_message.hpp"
#include "ch10_std_server/s3_sender.hpp"

namespace ch10::tests {
namespace {

// What is written to a stream while this lives.
class Captured {
 public:
  explicit Captured(std::FILE* stream)
      : stream_(stream), number_(::fileno(stream)), file_(::memfd_create("captured", MFD_CLOEXEC)) {
    std::fflush(stream_);
    before_ = Descriptor(::dup(number_));
    ::dup2(file_.get(), number_);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { restore(); }

  std::string text() {
    restore();
    std::string all(static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END)), '\0');
    all.resize(
        static_cast<std::size_t>(std::max<ssize_t>(0, ::pread(file_.get(), all.data(), all.size(), 0))));
    return all;
  }

 private:
  void restore() {
    if (!before_) return;
    std::fflush(stream_);
    ::dup2(before_.get(), number_);
    before_.reset();
  }

  std::FILE* stream_;
  int number_;
  Descriptor file_;
  Descriptor before_;
};

struct Ended {
  int code;
  std::string out;
  std::string err;
};

Ended run(std::vector<std::string> words) {
  words.insert(words.begin(), "ch10_std_server");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  Captured out(stdout);
  Captured err(stderr);
  const int code = demos_main(static_cast<int>(argv.size()), argv.data());
  return {code, out.text(), err.text()};
}

std::string expected(const std::string& demo) {
  std::ifstream file(std::string(CH10_EXPECTED) + "/" + demo + ".txt");
  if (!file) ADD_FAILURE() << "no expected/" << demo << ".txt";
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

class DemoTest : public ::testing::TestWithParam<Demo> {};

TEST_P(DemoTest, KeepsItsPromiseAndPrintsWhatIsExpected) {
  const std::string name = GetParam().name;
  const Ended ended = run({name, "--placeholders", "--speed", "4"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, expected(name));
  EXPECT_EQ(ended.err, "");
}

INSTANTIATE_TEST_SUITE_P(Chapter10, DemoTest, ::testing::ValuesIn(kDemos), [](const auto& demo) {
  std::string name = demo.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(DemoTable, List_HasALineForEachDemoAndEveryRowOfTheChapter) {
  const Ended ended = run({"--list"});
  EXPECT_EQ(ended.code, 0);
  std::istringstream lines(ended.out);
  std::set<std::string> rows;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(std::ranges::count(line, '\t'), 2) << line;
    std::istringstream of_line(line.substr(0, line.find('\t')));
    for (std::string row; std::getline(of_line, row, ',');) rows.insert(row);
  }
  EXPECT_EQ(count, std::size(kDemos));
  EXPECT_EQ(rows, (std::set<std::string>{"10.1", "10.2", "10.3", "10.4", "10.5", "10.6", "10.7"}));
}

TEST(DemoTable, PrintoutsInTheReadme_AreThoseThatTheTestsCompare) {
  std::ifstream readme(std::string(CH10_EXPECTED) + "/../README.md");
  const std::string begin = "<!-- expected/";
  int printouts = 0;
  for (std::string line; std::getline(readme, line);) {
    if (!line.starts_with(begin)) continue;
    const std::string demo = line.substr(begin.size(), line.find(".txt") - begin.size());
    std::getline(readme, line);
    EXPECT_EQ(line, "```text");
    std::string printout;
    while (std::getline(readme, line) && line != "```") printout += line + "\n";
    EXPECT_EQ(printout, expected(demo)) << demo;
    ++printouts;
  }
  EXPECT_GE(printouts, 3);
}

TEST(DemoTable, NoArgument_PrintsTheNameOfEveryDemo) {
  const Ended ended = run({});
  EXPECT_EQ(ended.code, 0);
  for (const Demo& demo : kDemos) EXPECT_NE(ended.out.find(demo.name), std::string::npos) << demo.name;
}

TEST(DemoTable, WrongUsage_EndsWithTwoAndAHint) {
  const std::vector<std::vector<std::string>> wrong{
      {"no-such-demo"},         {"data", "--no-such-option"}, {"data", "--speed"},
      {"data", "--speed", "0"}, {"data", "--speed", "fast"},  {"data", "counting"},
      {"--no-such-option"}};
  for (const auto& words : wrong) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << words.back();
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("try: ch10_std_server --"), std::string::npos) << ended.err;
  }
}

TEST(DemoTable, HelpAndVersion_EndWithZero) {
  EXPECT_EQ(run({"--help"}).code, 0);
  EXPECT_EQ(run({"data", "--help"}).code, 0);
  EXPECT_EQ(run({"--version"}).code, 0);
}

TEST(DemoTable, BrokenPromise_EndsWithOne) {
  const Demo broken[] = {
      {"no", "0.0", "", [](const DemoOptions&) { return false; }},
      {"throws", "0.0", "", [](const DemoOptions&) -> bool { throw std::runtime_error("oh"); }}};
  for (const Demo& demo : broken) {
    const char* argv[] = {"ch10_std_server", demo.name};
    Captured err(stderr);
    EXPECT_EQ(run_demo(broken, 2, argv), 1);
    EXPECT_NE(err.text().find("did not happen"), std::string::npos);
  }
}

TEST(WaitingForDeathTest, NothingComes_EndsWithThreeAndSaysWhatItWaitedFor) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const WaitingFor waiting("a guest who never comes", std::chrono::milliseconds(50));
        for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
      },
      ::testing::ExitedWithCode(3), "stalled: waited 50 ms for a guest who never comes");
}

// The models. Each test asks what the book's way does; the demo of the same name, run above, asks ours as well.

// Predict: one box, two wakers that go. Break in faults::free_box.
TEST(DoubleFree, AWakerAndItsClone_FreeTheirOneBoxTwice) {
  faults::Box box;
  {
    const Waker waker = faults::create_sharing_waker(box);
    {
      const Waker clone = waker.clone();
      clone.wake_by_ref();
    }
    EXPECT_EQ(box.frees, 1) << "the first waker points to a freed box from here on";
  }
  EXPECT_EQ(box.frees, 2);
}

// Predict: which byte does the peer receive first after the second poll? Break in RestartingSender::poll.
TEST(ResentBytes, ASecondPoll_SendsTheFirstByteAgain) {
  auto [near_end, far_end] = socket_pair(4096);
  const auto executor = make_executor(ExecutorKind::polling);
  Socket socket(std::move(near_end));
  std::vector<std::byte> message(65536, std::byte{2});
  message[0] = std::byte{1};
  Context cx(Waker::noop());
  std::vector<std::byte> received(message.size());
  const auto receive = [&, peer = far_end.get()] {
    return ::recv(peer, received.data(), received.size(), 0);
  };

  faults::RestartingSender restarting(*executor, socket, message);
  ASSERT_TRUE(restarting.poll(cx).is_pending());
  const ssize_t first = receive();
  ASSERT_GT(first, 0);
  ASSERT_LT(static_cast<std::size_t>(first), message.size());
  ASSERT_TRUE(restarting.poll(cx).is_pending());
  ASSERT_GT(receive(), 0);
  EXPECT_EQ(received[0], std::byte{1});

  TcpSender ours(*executor, socket, message);
  ASSERT_TRUE(ours.poll(cx).is_pending());
  ASSERT_GT(receive(), 0);
  ASSERT_TRUE(ours.poll(cx).is_pending());
  ASSERT_GT(receive(), 0);
  EXPECT_EQ(received[0], std::byte{2});
}

// Predict: what does the receiver make of a message's first byte? Break in HastyReceiver::poll.
TEST(SplitMessage, TheFirstByte_IsTakenForAWholeMessage) {
  auto [near_end, far_end] = socket_pair();
  const auto executor = make_executor(ExecutorKind::polling);
  Socket socket(std::move(near_end));
  PlainClient client(std::move(far_end));
  Context cx(Waker::noop());

  faults::HastyReceiver hasty(*executor, socket);
  EXPECT_TRUE(hasty.poll(cx).is_pending()) << "nothing has come";
  const std::byte one{1};
  client.send({&one, 1});
  auto received = hasty.poll(cx);
  ASSERT_TRUE(received.is_ready());
  EXPECT_EQ(received.value().error(), Data::Error::truncated);
}

// Predict: who wakes the worker after the first hand-over? Break in FlaggingWorker::hand_over.
TEST(LostWakeup, WorkBetweenTheLookAndTheFlag_WakesNobody) {
  Gate looked;
  Gate go_on;
  Gate second_done;
  std::vector<int> order;  // the worker's thread alone, until the gate
  faults::FlaggingWorker worker(
      [&](int work) {
        order.push_back(work);
        if (work == 2) second_done.open();
      },
      [&] {
        looked.open();
        go_on.wait("the hand-over");
      });
  looked.wait("the worker to look");
  EXPECT_FALSE(worker.hand_over(1));
  go_on.open();
  {
    const WaitingFor waiting("the worker to flag its sleep");
    while (!worker.says_that_it_sleeps()) std::this_thread::yield();
  }
  EXPECT_TRUE(worker.hand_over(2)) << "the next one wakes it";
  second_done.wait("the second piece of work");
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

// Predict: how many connections does a worker survive that were reset? Break in FragileWorker::run.
TEST(DeadWorkers, AConnectionWithoutAPeer_KillsItsWorkerAndLeavesTheRestLying) {
  faults::FragileWorker worker;
  for (int i = 0; i < 3; ++i) {
    worker.hand_over(
        Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));  // as after a reset: no peer
  }
  EXPECT_TRUE(worker.run());
  EXPECT_EQ(worker.left_lying(), 2U);
}

}  // namespace
}  // namespace ch10::tests
