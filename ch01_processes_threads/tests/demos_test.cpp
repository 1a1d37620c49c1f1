// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; what is refused.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch01_processes_threads/main.cpp"
#undef main

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/captured_stderr.hpp"
#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH01_FOLDER,
      .rows = {"1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"},
      .any_order = {"cpu-bound"},
      // Files and children are the system's, and that has no paused clock. A reply by the demo's own server has:
      // on loopback it is there as soon as it is sent, and nothing but the delays takes time.
      .arguments_of = {{"cpu-bound", {"--placeholders", "--fibonacci", "20"}},
                       {"requests", {"--paused"}},
                       {"processes", {"--placeholders", "--child", CH01_CONNECTION}},
                       {"process-ends", {"--placeholders", "--child", CH01_CONNECTION}},
                       {"process-tasks", {"--placeholders", "--child", CH01_CONNECTION}},
                       {"threads", {"--placeholders", "--fibonacci", "20"}},
                       {"watch-file", {"--placeholders"}},
                       {"watch-file-inotify", {"--placeholders"}},
                       {"delayed-fetch", {"--placeholders", "--paused"}}},
  };
  return table;
}

namespace {

struct Refused {
  int code;
  std::string err;
};

Refused run(std::vector<std::string> words) {
  words.insert(words.begin(), "ch01");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const async::demo::CapturedLines out;
  async::demo::CapturedStderr err;
  const int code = demos_main(static_cast<int>(words.size()), argv.data());
  return {code, err.text()};
}

TEST(OptionsTest, FibonacciThatWouldTakeTooLong_IsRefusedWithWhatIsAllowed) {
  for (const char* demo : {"cpu-bound", "threads"}) {
    const auto refused = run({demo, "--fibonacci", "4000"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find("from 0 to 42, not '4000'"), std::string::npos) << refused.err;
  }
}

TEST(OptionsTest, UrlThatCannotBeFetched_IsAnErrorThatSaysWhy) {
  for (const char* demo : {"requests", "delayed-fetch"}) {
    const auto secure = run({demo, "--url", "https://localhost/"});
    EXPECT_EQ(secure.code, 1);
    EXPECT_NE(secure.err.find("only http://"), std::string::npos) << secure.err;
    const auto nobody =
        run({demo, "--url", "http://127.0.0.1:1/"});  // a port that nobody but the system may have
    EXPECT_EQ(nobody.code, 1);
    EXPECT_NE(nobody.err.find("connect to 127.0.0.1:1: Connection refused"), std::string::npos) << nobody.err;
  }
}

TEST(OptionsTest, ChildProgramThatIsMissing_IsAnErrorThatSaysWhatToDo) {
  for (const char* demo : {"processes", "process-ends", "process-tasks"}) {
    const auto refused = run({demo, "--child", "/no/such/program"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("no child program /no/such/program"), std::string::npos) << refused.err;
  }
}

TEST(OptionsTest, FileInAFolderThatIsMissing_IsAnErrorForTheOneWhoIsTold) {
  const auto refused = run({"watch-file-inotify", "--interactive", "--file", "/no/such/folder/data.txt"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("watch the folder /no/such/folder: No such file"), std::string::npos)
      << refused.err;
}

}  // namespace
