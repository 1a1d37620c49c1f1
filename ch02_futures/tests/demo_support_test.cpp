// demo_support_test.cpp -- durations, and a folder that goes with its owner.
#include "ch02_futures/demo_support.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <system_error>

namespace ch02 {
namespace {

using namespace std::chrono_literals;

TEST(TookTest, PausedClock_IsExact) {
  async::demo::Options options;
  options.paused = true;
  EXPECT_TRUE(took(options, 3s, 3s));
  EXPECT_FALSE(took(options, 3s + 1ns, 3s));
  EXPECT_FALSE(took(options, 3s - 1ns, 3s));
}

TEST(TookTest, RealClock_IsNeverEarly) {
  const async::demo::Options options;
  EXPECT_TRUE(took(options, 4s, 3s));
  EXPECT_FALSE(took(options, 3s - 1ns, 3s));
}

TEST(OrThrowTest, Error_IsThrownWithItsText) {
  EXPECT_EQ(or_throw(std::expected<int, std::string>(7)), 7);
  try {
    (void)or_throw(std::expected<int, std::string>(std::unexpect, "no room"));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no room");
  }
}

TEST(TemporaryFolderTest, End_RemovesAllThatIsInIt) {
  std::string path;
  {
    const TemporaryFolder folder, another;
    path = folder.path_of("inside");
    EXPECT_NE(path, another.path_of("inside"));
    std::filesystem::create_directory(path);
    std::ofstream(path + "/file") << "text";
    EXPECT_EQ(text_of(path + "/file"), "text");
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(path).parent_path()));
  EXPECT_EQ(text_of(path + "/file"), "");
}

TEST(TemporaryFolderTest, NowhereToMakeIt_SaysWhatToDo) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("TMPDIR", "/no-such-folder", 1);
  try {
    const TemporaryFolder folder;
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("set TMPDIR"), std::string::npos) << error.what();
  }
  before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace ch02
