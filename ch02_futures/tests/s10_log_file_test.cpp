// s10_log_file_test.cpp -- a line is appended as a whole, or there is an error that says what to do.
#include "ch02_futures/s10_log_file.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "common/demo/temporary_folder.hpp"

namespace ch02 {
namespace {

using async::demo::TemporaryFolder;
using async::demo::text_of;

using ::testing::EndsWith;
using ::testing::HasSubstr;

// What a write() does, call by call: takes so many bytes, or fails with an errno below zero.
class ScriptedWrite {
 public:
  explicit ScriptedWrite(std::vector<int> script) : script_(std::move(script)) {}

  ssize_t operator()(std::string_view text) {
    const int next = script_.at(calls_++);
    if (next < 0) {
      errno = -next;
      return -1;
    }
    written_ += text.substr(0, static_cast<std::size_t>(next));
    return next;
  }

  std::string written_;
  std::size_t calls_ = 0;

 private:
  std::vector<int> script_;
};

std::size_t write_scripted(ScriptedWrite& script) {
  return write_all("entry\n", [&](std::string_view text) { return script(text); });
}

TEST(WriteAllTest, TakenInParts_GoesOnWithTheRest) {
  ScriptedWrite parts({1, 2, 3});
  EXPECT_EQ(write_scripted(parts), 6u);
  EXPECT_EQ(parts.written_, "entry\n") << "no byte twice, none left out";
}

TEST(WriteAllTest, Interrupted_AsksAgain) {
  ScriptedWrite interrupted({-EINTR, 4, -EINTR, -EINTR, 2});
  EXPECT_EQ(write_scripted(interrupted), 6u);
  EXPECT_EQ(interrupted.written_, "entry\n");
}

TEST(WriteAllTest, Error_SaysHowMuchIsThere) {
  ScriptedWrite full({4, -ENOSPC});
  EXPECT_EQ(write_scripted(full), 4u);
  EXPECT_EQ(errno, ENOSPC);
}

TEST(WriteAllTest, TakesNothingForNoReason_EndsInsteadOfAskingForEver) {
  ScriptedWrite odd({4, 0});
  EXPECT_EQ(write_scripted(odd), 4u);
  EXPECT_EQ(errno, EIO);
}

TEST(WriteAllTest, NothingToWrite_CallsNothing) {
  ScriptedWrite none({});
  EXPECT_EQ(write_all("", [&](std::string_view text) { return none(text); }), 0u);
}

class LogFileTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  const std::string path = folder.path_of("login.txt");
};

TEST_F(LogFileTest, Append_KeepsWhatWasThere) {
  std::ofstream(path) << "before\n";
  auto file = LogFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->append("one"));
  EXPECT_TRUE(file->append(""));
  EXPECT_TRUE(file->append("two"));
  EXPECT_EQ(text_of(path), "before\none\n\ntwo\n");
}

TEST_F(LogFileTest, OpenedTwice_BothAppendAtTheEnd) {
  auto one = LogFile::open(path), two = LogFile::open(path);
  EXPECT_TRUE(one->append("one"));
  EXPECT_TRUE(two->append("two"));
  EXPECT_TRUE(one->append("three"));
  EXPECT_EQ(text_of(path), "one\ntwo\nthree\n");
}

TEST_F(LogFileTest, LineWithALineEndInside_IsRefused) {
  auto file = LogFile::open(path);
  const auto appended = file->append("one\nforged: two");
  ASSERT_FALSE(appended);
  EXPECT_THAT(appended.error(), HasSubstr("an entry is one line"));
  EXPECT_EQ(text_of(path), "");
}

TEST_F(LogFileTest, CannotBeOpened_SaysWhyAndWhatToDo) {
  const auto error = [](const std::string& file) { return LogFile::open(file).error(); };
  EXPECT_EQ(error(folder.path_of("no/login.txt")), "cannot open " + folder.path_of("no/login.txt") +
                                                       ": No such file or directory; make its folder first");
  EXPECT_THAT(error(folder.path_of("")), EndsWith(": Is a directory; name a file in it"));
  std::ofstream(path) << "a file";
  EXPECT_THAT(error(path + "/login.txt"),
              EndsWith(": Not a directory; one of the folders on the way is a file"));
  EXPECT_THAT(error(folder.path_of(std::string(300, 'a'))), EndsWith(": File name too long"));
  EXPECT_FALSE(LogFile::open("")) << "an empty name";
}

TEST_F(LogFileTest, CannotBeWritten_SaysWhyAndWhatToDo) {
  auto full = LogFile::open("/dev/full");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->append("one").error(),
            "cannot write to /dev/full: No space left on device; make room there");
}

// The system lets a file grow to four bytes, and the line needs six.
TEST_F(LogFileTest, WrittenInPart_SaysHowMuchIsThere) {
  const auto append_with_limit = [this] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit four_bytes{4, 4};
    ::setrlimit(RLIMIT_FSIZE, &four_bytes);
    const auto appended = LogFile::open(path).value().append("entry");
    const std::string told = appended ? "all of it" : appended.error();
    std::_Exit(told.ends_with("File too large (4 of 6 bytes are there)") ? 0 : 1);
  };
  EXPECT_EXIT(append_with_limit(), ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(text_of(path), "entr");
}

}  // namespace
}  // namespace ch02
