// s13_files_test.cpp -- what was written is read, a missing file is a value, and no worker is blocked by it.
#include "ch07_runtime_tuning/s13_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/demo/temporary_folder.hpp"
#include "common/io/fs.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

Async<IoResult<std::string>> write_then_read(std::string path) {
  (void)co_await fs::write(path, "some words");
  auto text = co_await read_file(path);
  (void)co_await fs::remove_file(path);
  co_return text;
}

TEST(FilesTest, WhatWasWritten_IsRead) {
  const Deadline deadline("the file was never read");
  const demo::TemporaryFolder folder;
  EXPECT_EQ(run_async_main(write_then_read(folder.path_of("words")), RuntimeFlavor::current_thread).value(),
            "some words");
}

TEST(FilesTest, MissingFile_IsAnErrorWithItsName) {
  const demo::TemporaryFolder folder;
  const auto text = run_async_main(read_file(folder.path_of("missing")), RuntimeFlavor::current_thread);
  ASSERT_FALSE(text);
  EXPECT_TRUE(text.error().is(std::errc::no_such_file_or_directory));
  EXPECT_NE(text.error().message().find("missing"), std::string::npos);
}

Async<bool> open_both_ends(std::string path) {
  auto to_read = spawn(fs::File::open(path));
  auto to_write = co_await fs::OpenOptions().write(true).open(path);
  const auto opened = co_await to_read;
  co_return to_write&& opened && *opened;
}

// Question: to open a named pipe blocks until the other side opens it too. Here one thread runs both
// tasks. Why does it not block for ever?
// Predict: which thread is blocked, and how many has the program meanwhile? Break in `off_thread`.
TEST(FilesTest, OpeningThatBlocks_BlocksAThreadOfThePool_NotTheWorker) {
  const Deadline deadline("the worker is blocked by a file");
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(run_async_main(open_both_ends(path), RuntimeFlavor::current_thread));
}

}  // namespace
}  // namespace ch07
