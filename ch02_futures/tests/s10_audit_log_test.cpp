// s10_audit_log_test.cpp -- each entry in its file once, whoever has it locked; and errors as values.
#include "ch02_futures/s10_audit_log.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <vector>

#include "common/base/thread.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/join_all.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02 {
namespace {

using async::demo::TemporaryFolder;
using async::demo::text_of;

using ::testing::StartsWith;
using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

static_assert(
    std::is_same_v<FileJoinHandle::Output, std::expected<std::expected<bool, std::string>, JoinError>>);

Lines lines_of(const std::string& path) {
  Lines lines;
  std::istringstream text(text_of(path));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

class AuditLogTest : public ::testing::Test {
 protected:
  FreshLines printed;
  TemporaryFolder folder;
  const std::string login = folder.path_of("login.txt"), logout = folder.path_of("logout.txt");
};

// Question: a file is locked by somebody else while three entries are to be written. In which order are they
// in it? Predict who is polled when, and how often in vain. Break in `AsyncWriteFuture::poll`.
TEST_F(AuditLogTest, LockedFile_IsTriedAgainAndTheOrderIsLost) {
  const AsyncFileHandle file = get_handle(login).value();
  ManualExecutor executor;
  auto one = executor.spawn(AsyncWriteFuture(file, "one"));
  auto two = executor.spawn(AsyncWriteFuture(file, "two"));

  auto somebody = file->try_lock();
  EXPECT_EQ(executor.step()->ran, Ran::woken) << "in vain; it stands behind two now";
  EXPECT_EQ(printed.take(), Lines{"error for one : try_lock failed because the operation would block"});
  EXPECT_EQ(lines_of(login), Lines{});
  somebody.reset();

  EXPECT_EQ(executor.step()->task, two.id());
  EXPECT_EQ(executor.step()->task, one.id());
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(printed.take(), (Lines{"written for: two", "written for: one"}));
  EXPECT_EQ(lines_of(login), (Lines{"two", "one"}));
}

TEST_F(AuditLogTest, TwelveEntries_AreEachInTheirFileOnce) {
  std::ofstream(login) << "yesterday\n";
  Executor executor;
  std::vector<FileJoinHandle> handles;
  const Lines names{"one", "two", "three", "four", "five", "six"};
  const AsyncFileHandle logins = get_handle(login).value(), logouts = get_handle(logout).value();
  for (const std::string& name : names) {
    handles.push_back(write_log(executor, logins, name));
    handles.push_back(write_log(executor, logouts, name));
  }
  for (const auto& result : executor.block_on(join_all(std::move(handles))))
    EXPECT_TRUE(result.value().value());
  EXPECT_EQ(lines_of(login), (Lines{"yesterday", "one", "two", "three", "four", "five", "six"}));
  EXPECT_EQ(lines_of(logout), names);
}

// Two executors in two threads share two handles. The order is luck, the entries are not.
TEST_F(AuditLogTest, TwoThreads_EachEntryOnce) {
  const Deadline deadline("two threads write to one log");
  const AsyncFileHandle logins = get_handle(login).value(), logouts = get_handle(logout).value();
  const auto write_fifty = [&](const std::string& who) {
    Executor executor;
    std::vector<FileJoinHandle> handles;
    for (int i = 0; i < 50; ++i) {
      const std::string entry = who + std::to_string(i);
      handles.push_back(write_log(executor, logins, entry));
      handles.push_back(write_log(executor, logouts, entry));
    }
    for (const auto& result : executor.block_on(join_all(std::move(handles))))
      EXPECT_TRUE(result.value().value());
  };
  {
    const base::Thread one(write_fifty, "one ");
    const base::Thread two(write_fifty, "two ");
  }
  Lines expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back("one " + std::to_string(i));
    expected.push_back("two " + std::to_string(i));
  }
  EXPECT_THAT(lines_of(login), ::testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(lines_of(logout), ::testing::UnorderedElementsAreArray(expected));
}

TEST_F(AuditLogTest, HandleThatIsDropped_LetsTheEntryBeWritten) {
  Executor executor;
  write_log(executor, get_handle(login).value(), "one").detach();
  executor.block_on(ready());
  EXPECT_EQ(lines_of(login), Lines{"one"});
}

// The book's poll prints the error and says Ok(true).
TEST_F(AuditLogTest, FailedWrite_IsAnErrorAndNotTrue) {
  Executor executor;
  const auto result = executor.block_on(write_log(executor, get_handle("/dev/full").value(), "one"));
  ASSERT_TRUE(result) << "the task itself did not fail";
  ASSERT_FALSE(*result);
  EXPECT_THAT(result->error(), StartsWith("cannot write to /dev/full: "));
  EXPECT_EQ(printed.take(), Lines{}) << "nothing says that it is written";
}

TEST_F(AuditLogTest, FailedWrite_LetsGoOfTheLock) {
  const AsyncFileHandle full = get_handle("/dev/full").value();
  Executor executor;
  EXPECT_FALSE(*executor.block_on(write_log(executor, full, "one")));
  EXPECT_TRUE(full->try_lock());
}

// The book's get_handle panics.
TEST_F(AuditLogTest, FileThatCannotBeOpened_IsAnError) {
  EXPECT_THAT(get_handle(folder.path_of("no/login.txt")).error(), StartsWith("cannot open "));
}

TEST_F(AuditLogTest, ExecutorDestroyedBeforeItRuns_WritesNothingAndTellsTheHandle) {
  std::optional<FileJoinHandle> handle;
  {
    Executor executor;
    handle = write_log(executor, get_handle(login).value(), "one");
  }
  Context cx(Waker::noop());
  EXPECT_TRUE(handle->poll(cx).value().error().is_cancelled());
  EXPECT_EQ(lines_of(login), Lines{});
}

}  // namespace
}  // namespace ch02
