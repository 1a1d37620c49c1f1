// s7_datagrams_test.cpp -- datagrams: whole messages, their senders, full queues; ends of the second process.
#include "ch04_networking/s7_datagrams.hpp"

#include <cerrno>
#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/demo/temporary_folder.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s7_asking_process.hpp"

namespace ch04::tests {
namespace {

class DatagramsTest : public ::testing::Test {
 protected:
  Socket bind(const char* name) { return bind_datagrams(driver, folder.path_of(name)).value(); }
  UnixAddress path(const char* name) { return unix_path(folder.path_of(name)).value(); }

  const Deadline deadline{"a datagram never came"};
  const demo::TemporaryFolder folder;
  Driver driver;
};

// Question: two messages are sent before one is received. What does the first receive get?
// Predict; and from a stream? Break in `try_receive`.
TEST_F(DatagramsTest, Messages_StayApart_AndSayWhoSentThem) {
  Socket anna = bind("anna"), ben = bind("ben");
  ASSERT_TRUE(block_on(send_to(anna, "one", path("ben"))));
  ASSERT_TRUE(block_on(send_to(anna, "", path("ben"))));
  ASSERT_TRUE(block_on(send_to(anna, "three", path("ben"))));
  for (const char* expected : {"one", "", "three"}) {
    const Datagram got = block_on(receive(ben)).value();
    EXPECT_EQ(got.text, expected);
    EXPECT_EQ(got.from.path(), folder.path_of("anna"));
    EXPECT_EQ(got.process, ::getpid());
  }
}

TEST_F(DatagramsTest, LongMessage_IsAnErrorOnce_AndTheNextOneComes) {
  Socket anna = bind("anna"), ben = bind("ben");
  ASSERT_TRUE(block_on(send_to(anna, std::string(4097, 'x'), path("ben"))));
  ASSERT_TRUE(block_on(send_to(anna, std::string(4096, 'y'), path("ben"))));
  EXPECT_TRUE(block_on(receive(ben)).error().is(std::errc::message_size));
  EXPECT_EQ(block_on(receive(ben)).value().text, std::string(4096, 'y'));
}

// Question: nobody reads, and the queue of a Unix socket is short. What becomes of the message too many?
// Predict, and compare with UDP. Break in `send_to`.
TEST_F(DatagramsTest, FullQueue_MakesTheSenderWait_AndLosesNothing) {
  Socket anna = bind("anna"), ben = bind("ben");
  CountingTask task;
  int sent = 0;
  auto waiting = send_to(anna, "0", path("ben"));
  while (task.poll(waiting).is_ready()) waiting = send_to(anna, std::to_string(++sent), path("ben"));
  EXPECT_GE(sent, 1);
  for (int i = 0; i < sent; ++i) EXPECT_EQ(block_on(receive(ben)).value().text, std::to_string(i));
  EXPECT_TRUE(block_on(waiting));
  EXPECT_EQ(block_on(receive(ben)).value().text, std::to_string(sent));
}

TEST_F(DatagramsTest, ReceiveThatIsDropped_HasTakenNothing) {
  Socket anna = bind("anna"), ben = bind("ben");
  {
    CountingTask task;
    auto dropped = receive(ben);
    EXPECT_TRUE(task.poll(dropped).is_pending());
    ASSERT_TRUE(block_on(send_to(anna, "still here", path("ben"))));
  }
  EXPECT_EQ(block_on(receive(ben)).value().text, "still here");
}

TEST_F(DatagramsTest, PathsThatCannotBe_AreToldWithTheirReason) {
  const std::string long_path = folder.path_of(std::string(120, 'x'));
  EXPECT_EQ(bind_datagrams(driver, long_path).error().message(),
            "a Unix socket's path has at most 107 bytes, and this one has " +
                std::to_string(long_path.size()) + " (set TMPDIR to a shorter one): " + long_path +
                ": File name too long");
  Socket first = bind("used");
  EXPECT_EQ(bind_datagrams(driver, folder.path_of("used")).error().message(),
            "bind to " + folder.path_of("used") + ": Address already in use");
  EXPECT_TRUE(bind_datagrams(driver, folder.path_of("no/such/folder"))
                  .error()
                  .is(std::errc::no_such_file_or_directory));
  EXPECT_EQ(block_on(send_to(first, "hello", path("nobody"))).error().message(),
            "send to " + folder.path_of("nobody") + ": No such file or directory");
}

// Row 4.7.
TEST_F(DatagramsTest, TwoProcesses_ExchangeMessages) {
  Socket here = bind("here");
  AskingProcess other = AskingProcess::start(path("here"), path("there"), 20).value();
  EXPECT_NE(other.pid(), ::getpid());
  for (int i = 1; i <= 20; ++i) {
    const Datagram got = block_on(receive(here)).value();
    EXPECT_EQ(got.text, "message " + std::to_string(i));
    EXPECT_EQ(got.process, other.pid());
    ASSERT_TRUE(block_on(send_to(here, "heard: " + got.text, got.from)));
  }
  EXPECT_EQ(other.wait(), 0);
}

TEST_F(DatagramsTest, WrongAnswer_IsTheOtherProcesssExitCode) {
  Socket here = bind("here");
  AskingProcess other = AskingProcess::start(path("here"), path("there"), 1).value();
  const Datagram got = block_on(receive(here)).value();
  ASSERT_TRUE(block_on(send_to(here, "heard: something else", got.from)));
  EXPECT_EQ(other.wait(), 1);
}

TEST_F(DatagramsTest, NobodyToAsk_IsTheOtherProcesssExitCode) {
  AskingProcess other = AskingProcess::start(path("nobody"), path("there"), 1).value();
  EXPECT_EQ(other.wait(), 2);
}

TEST(AskingProcessDeathTest, WaitingTwice_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // No folder for them: the program that is stopped would leave it behind. The other process ends at once.
  const UnixAddress nowhere = unix_path("/no such folder/socket").value();
  EXPECT_DEATH(
      {
        AskingProcess process = AskingProcess::start(nowhere, nowhere, 1).value();
        (void)process.wait();
        (void)process.wait();
      },
      "wait\\(\\) is called once");
}

// Question: a process is no socket. How does a task wait for its end?
// Predict what the driver is told, and how often. Break in `AskingProcess::try_end`.
TEST_F(DatagramsTest, EndOfAProcess_IsAnEventLikeAnother) {
  Socket here = bind("here");
  AskingProcess other = AskingProcess::start(path("here"), path("there"), 1).value();
  Socket exits = Socket::add(driver, other.take_exits()).value();
  auto end = exits.when_readable(&AskingProcess::try_end);
  CountingTask task;
  EXPECT_TRUE(task.poll(end).is_pending()) << "it waits for its answer";
  ::kill(other.pid(), SIGKILL);
  EXPECT_TRUE(block_on(end));
  EXPECT_EQ(other.wait(), 128 + SIGKILL);
}

TEST_F(DatagramsTest, ProcessThatIsDropped_IsEndedAndReaped) {
  Socket here = bind("here");
  pid_t pid = 0;
  {
    const AskingProcess other = AskingProcess::start(path("here"), path("there"), 1).value();
    pid = other.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace ch04::tests
