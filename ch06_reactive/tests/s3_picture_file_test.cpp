// s3_picture_file_test.cpp -- the old file is there until the new one is whole; what cannot be written is told.
#include "ch06_reactive/s3_picture_file.hpp"

#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "common/demo/temporary_folder.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch06 {
namespace {

class PictureFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  const async::demo::TemporaryFolder folder_;
  const std::string path_ = folder_.path_of("curve.svg");
};

TEST_F(PictureFileTest, WhatWasThere_IsReplaced) {
  ASSERT_TRUE(write_file(path_, "a long text"));
  ASSERT_TRUE(write_file(path_, "short"));
  EXPECT_EQ(async::demo::text_of(path_), "short");
  EXPECT_EQ(names(), (std::vector<std::string>{"curve.svg"}));
}

TEST_F(PictureFileTest, Rights_AreThoseOfTheOldOne) {
  ASSERT_TRUE(write_file(path_, "old"));
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  ASSERT_TRUE(write_file(path_, "new"));
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms(0640));
}

TEST_F(PictureFileTest, Link_StaysOne) {
  const std::string target = folder_.path_of("target.svg");
  ASSERT_TRUE(write_file(target, "old"));
  std::filesystem::create_symlink("target.svg", path_);
  ASSERT_TRUE(write_file(path_, "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(async::demo::text_of(target), "new");
}

// No file may be longer than so many bytes; without the signal that would end the program.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_before_);
  }

 private:
  rlimit before_{};
  decltype(std::signal(0, nullptr)) signal_before_ = std::signal(SIGXFSZ, SIG_IGN);
};

// Question: there is room for half of the new picture. What does the old file contain?
// Predict. Break in `write_file`, at its rename.
TEST_F(PictureFileTest, WriteThatFailsInTheMiddle_LeavesTheOldOne) {
  ASSERT_TRUE(write_file(path_, "old"));
  {
    const FileLimit limit(100);
    const auto written = write_file(path_, std::string(200, 'x'));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().find("File too large"), std::string::npos) << written.error();
  }
  EXPECT_EQ(async::demo::text_of(path_), "old");
  EXPECT_EQ(names(), (std::vector<std::string>{"curve.svg"})) << "and nothing beside it";
}

TEST_F(PictureFileTest, Check_MakesNothing) {
  EXPECT_TRUE(check_file(path_));
  EXPECT_TRUE(names().empty());
  ASSERT_TRUE(write_file(path_, "old"));
  EXPECT_TRUE(check_file(path_));
  EXPECT_EQ(async::demo::text_of(path_), "old");
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(PictureFileTest, FileThatCannotBeWritten_IsToldWithTheReason) {
  for (const auto& [path, reason] : {std::pair{folder_.path_of("no/such/folder.svg"), "No such file"},
                                     {folder_.path().string(), "directory"},
                                     {std::string("/dev/full"), "No space"}}) {
    const auto written = write_file(path, "text");
    ASSERT_FALSE(written) << path;
    EXPECT_NE(written.error().find("cannot write " + path), std::string::npos) << written.error();
    EXPECT_NE(written.error().find(reason), std::string::npos) << written.error();
    EXPECT_NE(written.error().find("name a file in a folder that is there"), std::string::npos)
        << written.error();
    EXPECT_EQ(check_file(path).has_value(), path == "/dev/full") << path;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full")) << "it is written to, not replaced";
}

TEST_F(PictureFileTest, PipeThatNobodyReads_IsToldAndNotWaitedFor) {
  const async::Deadline deadline("it waits for a reader");
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(check_file(path_));
  EXPECT_FALSE(write_file(path_, "text"));
}

}  // namespace
}  // namespace ch06
