// bad_input_test.cpp -- a file or a program of the user's own that cannot be used: what is said, and what stays.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/wait.h>

#include "common/demo/captured_lines.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/demos.hpp"

namespace ch08 {
namespace {

namespace demo = async::demo;

std::string error_of(bool (*run)(const demo::Options&), const demo::Options& options) {
  const async::Deadline deadline("a demo never ended");
  const demo::CapturedLines printed;
  try {
    (void)run(options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

demo::Options with_text(const char* name, const std::string& text) {
  demo::Options options;
  options.texts = {{"file", ""}, {"child", ""}};
  for (auto& [known, value] : options.texts) {
    if (known == name) value = text;
  }
  options.counts = {{"kills", 1}};
  return options;
}

int exit_code_of_load(const std::string& arguments) {
  const int status = std::system((std::string(CH08_LOAD) + " " + arguments + " 2>/dev/null").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(BadInputTest, AFileInAFolderThatIsMissing_IsAnErrorThatNamesIt) {
  const std::string error = error_of(recovery_demo, with_text("file", "/no-such-folder/data.json"));
  EXPECT_NE(error.find("/no-such-folder/data.json.lock: No such file or directory"), std::string::npos)
      << error;
}

TEST(BadInputTest, AFolderInPlaceOfAFile_IsAnErrorThatSaysSo) {
  const demo::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "notes");
  const std::string error = error_of(recovery_demo, with_text("file", folder.path_of("notes")));
  EXPECT_NE(error.find("is not a regular file"), std::string::npos) << error;
}

// Somebody's notes, by mistake: they are kept.
TEST(BadInputTest, AFileOfAnotherKind_IsSetAsideWhole) {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("notes.txt");
  std::ofstream(path) << "milk, bread";
  EXPECT_EQ(error_of(recovery_demo, with_text("file", path)), "");
  EXPECT_EQ(demo::text_of(path + ".corrupt-1"), "milk, bread");
}

TEST(BadInputTest, AProgramThatIsMissing_IsAnErrorThatSaysWhatToDo) {
  const std::string error = error_of(kill_demo, with_text("child", "/no-such-program"));
  EXPECT_NE(error.find("/no-such-program"), std::string::npos) << error;
  EXPECT_NE(error.find("--child"), std::string::npos) << error;
}

TEST(BadInputTest, LoadWithWrongArguments_EndsWithTwo) {
  EXPECT_EQ(exit_code_of_load(""), 2);
  for (const std::string wrong : {"", "''", "0", "1x", "-1", "1 1", "99999999999999999999"}) {
    EXPECT_EQ(exit_code_of_load("/no-such-folder/data.json " + wrong), 2) << wrong;
  }
}

TEST(BadInputTest, LoadOnAFileThatCannotBe_EndsWithOne) {
  const async::Deadline deadline("the load never ended");
  EXPECT_EQ(exit_code_of_load("/no-such-folder/data.json 1"), 1);
}

}  // namespace
}  // namespace ch08
