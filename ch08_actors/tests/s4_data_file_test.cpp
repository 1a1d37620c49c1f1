// s4_data_file_test.cpp -- the file is replaced in the right order; whatever fails, the old one stays; and the lock.
#include "ch08_actors/s4_data_file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/demo/temporary_folder.hpp"

#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/tests/print_reason.hpp"
#include "ch08_actors/tests/scripted_calls.hpp"

namespace ch08 {
namespace {

namespace stdfs = std::filesystem;

const Map kOld{{"hello", bytes_of("moon")}};
const Map kNew{{"hello", bytes_of("world")}, {"more", {255}}};

class DataFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] StoreResult<std::shared_ptr<DataFile>> open() { return DataFile::open(path_, calls_); }
  void write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  [[nodiscard]] std::string text() const { return demo::text_of(path_); }
  [[nodiscard]] bool exists(const char* more) const { return stdfs::exists(path_ + more); }

  demo::TemporaryFolder folder_;
  std::string path_ = folder_.path_of("data.json");
  std::shared_ptr<ScriptedCalls> calls_ = std::make_shared<ScriptedCalls>();
};

TEST_F(DataFileTest, NoFile_IsAnEmptyMapAndIsTold) {
  const auto file = open().value();
  const auto loaded = file->load().value();
  EXPECT_EQ(loaded.map, Map());
  EXPECT_NE(loaded.told.find("There is no "), std::string::npos);
  EXPECT_FALSE(exists(""));  // reading makes nothing
}

// Question: the power goes after some line of this. Which file is there at the next start?
// Predict: what if the folder were synced before the rename? If the new file never were? Break in
//   `DataFile::replace`.
TEST_F(DataFileTest, Replace_SyncsTheFile_RenamesIt_SyncsTheFolder) {
  const auto file = open().value();
  ASSERT_TRUE(file->replace(kOld));
  calls_->forget();
  ASSERT_TRUE(file->replace(kNew));
  EXPECT_EQ(calls_->calls(),
            (std::vector<std::string>{"unlink data.json.new", "open data.json.new", "write data.json.new",
                                      "sync data.json.new", "unlink data.json.old",
                                      "link data.json data.json.old", "rename data.json.new data.json",
                                      "open folder", "sync folder", "unlink data.json.old"}));
  EXPECT_EQ(text(), to_text(kNew));
  EXPECT_FALSE(exists(".new"));
  EXPECT_FALSE(exists(".old"));
}

TEST_F(DataFileTest, AWriteThatTakesOneByteAtATime_WritesAll) {
  calls_->most = 1;
  ASSERT_TRUE(open().value()->replace(kNew));
  EXPECT_EQ(text(), to_text(kNew));
  EXPECT_EQ(calls_->count("write data.json.new"), to_text(kNew).size());
}

// Question: each of the calls fails, once or until the disk is mended. What is in the file then? May the answer
// say that the change is not there?
// Predict: which of them come after the rename? Break in `DataFile::put_old_back`.
TEST_F(DataFileTest, WhicheverCallFails_TheOldFileStaysAndTheNextTryWorks) {
  for (const std::string failing :
       {"open data.json.new", "write data.json.new", "sync data.json.new", "link data.json data.json.old",
        "rename data.json.new data.json", "open folder", "sync folder"}) {
    for (const auto& [has_old, times] : {std::pair(true, 1), {false, 1}, {true, 100}, {false, 100}}) {
      stdfs::remove(path_);
      const auto file = open().value();
      ASSERT_TRUE(!has_old || file->replace(kOld));
      calls_->fails = [failing, left = times](const std::string& call) mutable {
        return call == failing && left-- > 0 ? ENOSPC : 0;
      };
      const auto written = file->replace(kNew);
      ASSERT_FALSE(written) << failing;
      const bool on_disk_as_it_was = times == 1 || !failing.ends_with("folder");
      EXPECT_EQ(written.error().reason(), on_disk_as_it_was ? StoreError::not_written : StoreError::uncertain)
          << failing;
      EXPECT_NE(written.error().message().find("No space left on device"), std::string::npos);
      EXPECT_EQ(text(), has_old ? to_text(kOld) : "") << failing;
      EXPECT_FALSE(exists(".new")) << failing;
      calls_->fails = [](const std::string&) { return 0; };
      ASSERT_TRUE(file->replace(kNew)) << failing;
      EXPECT_EQ(text(), to_text(kNew));
      EXPECT_FALSE(exists(".old")) << failing;
    }
  }
}

// The real thing: a write to /dev/full.
class FullDevice : public FileCalls {
 public:
  int open(const char* path, int flags, unsigned mode) override {
    if (std::string(path).ends_with(".new")) return FileCalls::open("/dev/full", O_WRONLY, 0);
    return FileCalls::open(path, flags, mode);
  }
};

TEST_F(DataFileTest, AFullDevice_IsAnErrorAndNoFileAppears) {
  const auto file = DataFile::open(path_, std::make_shared<FullDevice>()).value();
  const auto written = file->replace(kNew);
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message().find("No space left on device"), std::string::npos);
  EXPECT_FALSE(exists(""));
}

TEST_F(DataFileTest, LeftoversOfAKilledWriter_AreNoObstacle) {
  write(to_text(kOld));
  std::ofstream(path_ + ".new") << "half a fi";
  std::ofstream(path_ + ".old") << "an older one";
  const auto file = open().value();
  EXPECT_EQ(file->load().value().map, kOld);
  ASSERT_TRUE(file->replace(kNew));
  EXPECT_EQ(text(), to_text(kNew));
  EXPECT_FALSE(exists(".new"));
  EXPECT_FALSE(exists(".old"));
}

TEST_F(DataFileTest, ACorruptFile_IsSetAsideUnderANewNameAndTold) {
  for (const std::string name : {".corrupt-1", ".corrupt-2", ".corrupt-3"}) {
    const std::string corrupt = "no such format " + name;
    write(corrupt);
    const auto loaded = open().value()->load().value();
    EXPECT_EQ(loaded.map, Map());
    EXPECT_NE(loaded.told.find("is corrupt"), std::string::npos) << loaded.told;
    EXPECT_NE(loaded.told.find(path_ + name), std::string::npos) << loaded.told;
    EXPECT_EQ(demo::text_of(path_ + name), corrupt);
    EXPECT_FALSE(exists(""));
  }
  EXPECT_EQ(demo::text_of(path_ + ".corrupt-1"), "no such format .corrupt-1");
}

// To begin empty would be to overwrite it with the next change.
TEST_F(DataFileTest, ACorruptFileThatCannotBeSetAside_IsAnErrorAndStays) {
  write("no such format");
  for (const std::string failing :
       {"link data.json data.json.corrupt-1", "unlink data.json", "sync folder"}) {
    calls_->fails = [failing](const std::string& call) { return call == failing ? EIO : 0; };
    const auto loaded = open().value()->load();
    ASSERT_FALSE(loaded) << failing;
    EXPECT_EQ(loaded.error().reason(), StoreError::not_opened);
    EXPECT_NE(loaded.error().message().find("Input/output error"), std::string::npos) << failing;
    const bool kept = text() == "no such format" || demo::text_of(path_ + ".corrupt-1") == "no such format" ||
                      demo::text_of(path_ + ".corrupt-2") == "no such format";
    EXPECT_TRUE(kept) << failing;
  }
}

// The writer before was perhaps killed between rename and sync; or there was none, and a person copied the
// file.
TEST_F(DataFileTest, Load_SyncsBeforeAnybodyIsGivenWhatItRead) {
  write(to_text(kOld));
  const auto file = open().value();
  ASSERT_TRUE(file->load());
  EXPECT_EQ(calls_->calls(),
            (std::vector<std::string>{"open data.json", "sync data.json", "open folder", "sync folder"}));
  for (const std::string failing : {"open data.json", "sync data.json", "open folder", "sync folder"}) {
    calls_->fails = [failing](const std::string& call) { return call == failing ? EIO : 0; };
    const auto loaded = file->load();
    ASSERT_FALSE(loaded) << failing;
    EXPECT_EQ(loaded.error().reason(), StoreError::not_opened) << failing;
    EXPECT_NE(loaded.error().message().find("Input/output error"), std::string::npos) << failing;
    EXPECT_EQ(text(), to_text(kOld));
  }
}

TEST_F(DataFileTest, WhatIsNoRegularFile_IsAnErrorAndStays) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const auto fifo = open().value()->load();
  ASSERT_FALSE(fifo);
  EXPECT_NE(fifo.error().message().find("not a regular file"), std::string::npos);
  stdfs::remove(path_);
  stdfs::create_directory(path_);
  EXPECT_FALSE(open().value()->load());
  EXPECT_TRUE(stdfs::is_directory(path_));
  EXPECT_FALSE(open().value()->replace(kNew));
  EXPECT_TRUE(stdfs::is_directory(path_));
}

TEST_F(DataFileTest, NoSuchFolder_IsAnErrorThatSaysWhatToDo) {
  const auto file = DataFile::open(folder_.path_of("missing/data.json"), calls_);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().reason(), StoreError::not_opened);
  EXPECT_NE(file.error().message().find("the folder must be there"), std::string::npos);
}

// Question: can two writers have the file? Why is it not data.json itself that is locked?
// Predict: which file has the lock after a replace? Break in `DataFile::open`.
TEST_F(DataFileTest, ASecondWriter_IsRefusedUntilTheFirstOneIsGone_AlsoAfterAReplace) {
  auto first = open().value();
  ASSERT_TRUE(first->replace(kOld));
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason(), StoreError::in_use);
  first.reset();
  EXPECT_TRUE(open());
}

TEST_F(DataFileTest, ItsLockFileIsRemoved_NothingIsReadOrWrittenAnyMore) {
  const auto file = open().value();
  ASSERT_TRUE(file->replace(kOld));
  stdfs::remove(path_ + ".lock");
  for (int i = 0; i < 2; ++i) {  // gone; and another one in its place
    EXPECT_EQ(file->replace(kNew).error().reason(), StoreError::in_use);
    EXPECT_EQ(file->load().error().reason(), StoreError::in_use);
    EXPECT_EQ(text(), to_text(kOld));
    std::ofstream(path_ + ".lock").flush();
  }
}

// Also those that the umask takes from a new file.
TEST_F(DataFileTest, TheFilesRightsAreKept) {
  write(to_text(kOld));
  ASSERT_EQ(::chmod(path_.c_str(), 0646), 0);
  ASSERT_TRUE(open().value()->replace(kNew));
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0646u);
}

TEST_F(DataFileTest, ALink_StaysOneAndItsTargetIsReplaced) {
  const std::string target = folder_.path_of("data.json.target");
  std::ofstream(target, std::ios::binary) << to_text(kOld);
  stdfs::create_symlink("data.json.target", path_);
  const auto file = open().value();
  EXPECT_EQ(file->load().value().map, kOld);
  ASSERT_TRUE(file->replace(kNew));
  EXPECT_TRUE(stdfs::is_symlink(path_));
  EXPECT_EQ(demo::text_of(target), to_text(kNew));
  EXPECT_EQ(DataFile::open(target, calls_).error().reason(), StoreError::in_use) << "one lock for both names";
}

TEST_F(DataFileTest, ALinkToAFileThatIsNotThereYet_StaysOneAndTheFileIsMade) {
  stdfs::create_symlink("data.json.second", path_);
  stdfs::create_symlink("data.json.target", path_ + ".second");
  ASSERT_TRUE(open().value()->replace(kNew));
  EXPECT_TRUE(stdfs::is_symlink(path_));
  EXPECT_EQ(demo::text_of(folder_.path_of("data.json.target")), to_text(kNew));
}

TEST_F(DataFileTest, ALinkToItself_IsAnError) {
  stdfs::create_symlink("data.json", path_);
  EXPECT_EQ(open().value()->load().error().reason(), StoreError::not_opened);
}

}  // namespace
}  // namespace ch08
