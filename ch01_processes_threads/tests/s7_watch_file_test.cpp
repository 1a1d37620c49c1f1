// s7_watch_file_test.cpp -- both watchers: each change once; and what only one of them can tell.
#include "ch01_processes_threads/s7_watch_file.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <sys/inotify.h>
#include <utility>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/sleep.hpp"
#include "common/time/system_clock.hpp"

#include "ch01_processes_threads/s7_inotify.hpp"
#include "ch01_processes_threads/s7_polling.hpp"

namespace ch01 {
namespace {

using Lines = std::vector<std::string>;

struct Version {
  const char* name;
  FileWatcher watch;
};
void PrintTo(const Version& version, std::ostream* out) { *out << version.name; }

// A watched file, and what main has printed of it.
class FileWatcherTest : public ::testing::TestWithParam<Version> {
 public:
  using Script = Async<> (*)(FileWatcherTest& test);

  // Runs the watcher, the printing, and the script, which plays the one with the editor.
  void watch_while(Script script) {
    auto root = [this, script]() -> Async<> {
      auto [changed, changes] = watch::channel<Count>(0);
      auto [printing, printed] = watch::channel<Count>(0);
      changes_seen = changes.clone();
      prints_seen = std::move(printed);
      auto watching = spawn(GetParam().watch, path, std::move(changed));
      auto prints = spawn(print_changes, path, std::move(changes), std::move(printing));
      co_await script(*this);
      watching.abort();
      (void)co_await watching;
      (void)co_await prints;  // ends with the watcher
    };
    run_async_main(std::move(root), RuntimeFlavor::current_thread);
  }

  Async<> printed(Count count) {
    const auto seen = co_await prints_seen->wait_for([count](Count now) { return now >= count; });
    EXPECT_TRUE(seen);
  }

  // At one stroke: one change.
  void replace(const std::string& text) {
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
  }

  const Deadline deadline{"a change of the file was not seen"};
  SystemClock clock{50};
  const CurrentClock current{clock};
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.txt");
  const demo::CapturedLines lines;
  std::optional<watch::Receiver<Count>> changes_seen, prints_seen;
};

INSTANTIATE_TEST_SUITE_P(Both, FileWatcherTest,
                         ::testing::Values(Version{"polling", poll_file}, Version{"inotify", inotify_file}),
                         [](const auto& version) { return std::string(version.param.name); });

// Read this one first.
// Question: the file is missing, made, changed, replaced, removed, made again. How many changes is that for
// somebody who wants to read it?
// Predict, then break in `poll_file` and in `news_of`: who is asked how often, and who is told?
TEST_P(FileWatcherTest, EachChange_IsPrintedOnce) {
  watch_while([](FileWatcherTest& test) -> Async<> {
    test.replace("one");
    co_await test.printed(1);
    if (GetParam().watch == inotify_file) {
      std::ofstream(test.path, std::ios::app) << "\ntwo";
    } else {
      test.replace("one\ntwo");  // in place, who asks may see half of it
    }
    co_await test.printed(2);
    test.replace("three");
    co_await test.printed(3);
    std::filesystem::remove(test.path);
    test.replace("four");
    co_await test.printed(4);
    EXPECT_EQ(test.changes_seen->get(), 4u) << "and none was signalled twice";
  });
  EXPECT_EQ(lines.lines(), (Lines{"one", "one", "two", "three", "four"}));
}

TEST_P(FileWatcherTest, FileThatIsThere_IsPrintedAtTheStart) {
  replace("old");
  watch_while([](FileWatcherTest& test) -> Async<> {
    co_await test.printed(1);
    test.replace("new");
    co_await test.printed(2);
    EXPECT_EQ(test.changes_seen->get(), 2u);
  });
  EXPECT_EQ(lines.lines(), (Lines{"old", "new"}));
}

TEST_P(FileWatcherTest, OtherFilesInTheFolder_AreNoChange) {
  replace("one");
  watch_while([](FileWatcherTest& test) -> Async<> {
    co_await test.printed(1);  // so the watcher is at work
    std::ofstream(test.folder.path_of("data.tx")) << "other";
    std::ofstream(test.folder.path_of("data.txt2")) << "other";
    std::ofstream(test.folder.path_of("other")) << "other";
    co_await sleep(std::chrono::milliseconds(300));  // and would see them: the poller looks every 100 ms
    test.replace("two");
    co_await test.printed(2);
    EXPECT_EQ(test.changes_seen->get(), 2u);
  });
  EXPECT_EQ(lines.lines(), (Lines{"one", "two"}));
}

TEST_P(FileWatcherTest, WhatCannotBeRead_IsTold_AndTheNextChangeIsSeen) {
  watch_while([](FileWatcherTest& test) -> Async<> {
    std::filesystem::create_directory(test.path + ".new");
    std::filesystem::rename(test.path + ".new", test.path);
    co_await test.printed(1);
    std::filesystem::remove(test.path);
    test.replace("a file again");
    co_await test.printed(2);
  });
  EXPECT_EQ(lines.lines(), (Lines{"read " + path + ": Is a directory", "a file again"}));
}

TEST_P(FileWatcherTest, NobodyReceives_ItEnds) {
  const auto root = [this]() -> Async<> {
    auto [changed, changes] = watch::channel<Count>(0);
    auto watching = spawn(GetParam().watch, path, std::move(changed));
    {
      const auto dropped = std::move(changes);
    }
    replace("seen by nobody");
    const auto ended = co_await watching;
    EXPECT_TRUE(ended && *ended);
  };
  run_async_main(root, RuntimeFlavor::current_thread);
}

TEST(PrintChangesTest, FileThatIsGoneAgain_IsNotPrinted_NorCounted) {
  const Deadline deadline("printing goes on without a watcher");
  const demo::TemporaryFolder folder;
  const demo::CapturedLines lines;
  auto [changed, changes] = watch::channel<Count>(0);
  auto [printing, printed] = watch::channel<Count>(0);
  changed.send_modify([](Count& count) { ++count; });
  {
    const auto ended = std::move(changed);  // what it said before is heard all the same
  }
  const std::string path = folder.path_of("gone.txt");
  run_async_main(print_changes(path, std::move(changes), std::move(printing)), RuntimeFlavor::current_thread);
  EXPECT_TRUE(lines.lines().empty());
  EXPECT_EQ(printed.get(), 0u);
}

// ---- asking --------------------------------------------------------------------------------------------

TEST(FileLookTest, MissingFile_IsNoError_AndNoStamp) {
  const demo::TemporaryFolder folder;
  EXPECT_EQ(look_at(folder.path_of("missing")).value().stamp, std::nullopt);
  EXPECT_EQ(look_at(folder.path_of("missing/too")).value().stamp, std::nullopt);
  std::ofstream(folder.path_of("file")) << "no folder";
  EXPECT_EQ(look_at(folder.path_of("file/too")).value().stamp, std::nullopt);
  EXPECT_FALSE(look_at(std::string(5000, 'x'))) << "not to be known is not to be missing";
}

static_assert(is_settled(9, 10, 10) && is_settled(11, 10, 10));
static_assert(!is_settled(10, 10, 10) && !is_settled(10, 10, 11) && !is_settled(11, 10, 11),
              "the tick goes on");

// Question: a file is written twice within one tick of the system, with as many bytes. What is different
// afterwards?
// Predict: how does the poller see the second one all the same? Break in `look_at`.
TEST(FileLookTest, Stamp_CountsWhenALaterChangeWillHaveAnotherOne) {
  const Deadline deadline("the system's tick never came");
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.txt");
  for (int i = 0; i < 20; ++i) {
    std::ofstream(path) << "one";
    FileLook settled = look_at(path).value();
    while (!settled.is_settled) settled = look_at(path).value();
    std::ofstream(path) << "two";
    EXPECT_NE(look_at(path).value().stamp, settled.stamp);
  }
  std::filesystem::last_write_time(path,
                                   std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_TRUE(look_at(path).value().is_settled) << "what comes later gets the present";
}

// ---- being told ----------------------------------------------------------------------------------------

using Events = std::vector<std::byte>;

void add(Events& events, std::uint32_t mask, const std::string& name) {
  inotify_event event{};
  event.mask = mask;
  event.len =
      name.empty() ? 0 : static_cast<std::uint32_t>((name.size() / 16 + 1) * 16);  // padded with zeros
  const auto* const head = reinterpret_cast<const std::byte*>(&event);
  events.insert(events.end(), head, head + sizeof event);
  const std::size_t start = events.size();
  events.resize(start + event.len);
  std::memcpy(events.data() + start, name.data(), name.size());
}

TEST(FileNewsTest, EventsOfThisName_AreChanges_AndOnlyThose) {
  Events others;
  add(others, IN_CLOSE_WRITE, "data.txt2");
  add(others, IN_MOVED_TO, "data");
  add(others, IN_MOVED_FROM, "data.txt");
  add(others, IN_CLOSE_WRITE, "");
  EXPECT_EQ(news_of(others, "data.txt"), FileNews::none);
  EXPECT_EQ(news_of({}, "data.txt"), FileNews::none);
  for (const std::uint32_t mask : {std::uint32_t{IN_CLOSE_WRITE}, std::uint32_t{IN_MOVED_TO}}) {
    Events events = others;
    add(events, mask, "data.txt");
    EXPECT_EQ(news_of(events, "data.txt"), FileNews::changed);
    add(events, IN_CLOSE_WRITE, "z");
    EXPECT_EQ(news_of(events, "data.txt"), FileNews::changed) << "whatever comes behind it";
  }
}

TEST(FileNewsTest, Overflow_MayHaveBeenAChange) {
  Events events;
  add(events, IN_Q_OVERFLOW, "");
  EXPECT_EQ(news_of(events, "data.txt"), FileNews::changed);
}

TEST(FileNewsTest, FolderThatIsGone_IsTold) {
  for (const std::uint32_t mask : {std::uint32_t{IN_DELETE_SELF}, std::uint32_t{IN_MOVE_SELF},
                                   std::uint32_t{IN_IGNORED}, std::uint32_t{IN_UNMOUNT}}) {
    Events events;
    add(events, IN_CLOSE_WRITE, "data.txt");
    add(events, mask, "");
    EXPECT_EQ(news_of(events, "data.txt"), FileNews::folder_is_gone);
  }
}

IoResult<void> watch_in(const std::string& path, void (*meanwhile)(const std::string& folder)) {
  const Deadline deadline("the watcher did not end");
  const auto root = [&]() -> Async<IoResult<void>> {
    auto [changed, changes] = watch::channel<Count>(0);
    auto watching = spawn(inotify_file, path, std::move(changed));
    // Whatever the watcher has to look at first is looked at: then it waits for an event.
    while (meanwhile != nullptr && Handle::current().metrics().blocking_threads == 0) co_await yield_now();
    if (meanwhile != nullptr) meanwhile(std::filesystem::path(path).parent_path());
    auto ended = co_await watching;
    co_return ended.value();
  };
  return run_async_main(root, RuntimeFlavor::current_thread);
}

TEST(InotifyFileTest, FolderThatIsMissing_IsAnErrorWithItsName) {
  EXPECT_EQ(watch_in("/no-such-folder/data.txt", nullptr).error().message(),
            "watch the folder /no-such-folder: No such file or directory");
  EXPECT_EQ(watch_in("/etc/passwd/data.txt", nullptr).error().message(),
            "watch the folder /etc/passwd: Not a directory");
}

TEST(InotifyFileTest, FolderThatGoes_EndsIt) {
  const demo::TemporaryFolder folder;
  for (const auto meanwhile : {+[](const std::string& path) { std::filesystem::remove(path); },
                               +[](const std::string& path) { std::filesystem::rename(path, path + "2"); }}) {
    std::filesystem::create_directory(folder.path_of("inner"));
    const auto ended = watch_in(folder.path_of("inner/data.txt"), meanwhile);
    EXPECT_EQ(ended.error().message(),
              "watch the folder " + folder.path_of("inner") + ": No such file or directory");
  }
}

}  // namespace
}  // namespace ch01
