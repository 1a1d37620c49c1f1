// temporary_folder_test.cpp -- a folder that goes with its owner.
#include "common/demo/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <system_error>

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

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
    EXPECT_NE(std::string(error.what()).find("/no-such-folder"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("set TMPDIR"), std::string::npos) << error.what();
  }
  before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo
