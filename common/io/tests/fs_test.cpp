// fs_test.cpp -- files and directories on the blocking pool.
#include "common/io/fs.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

class FsTest : public testing::Test {
 protected:
  FsTest() {
    std::filesystem::remove_all(folder_);  // of a program that had this number before, and was killed
    std::filesystem::create_directories(folder_);
  }
  ~FsTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string in_folder(const std::string& name) const { return folder_ + "/" + name; }

  const Deadline deadline{"a file's operation never ended"};
  const std::string folder_ = "/tmp/async_cpp_fs_" + std::to_string(::getpid());
};

TEST_F(FsTest, WholeFiles_AreWrittenReadRenamedAndRemoved) {
  const auto path = in_folder("data.txt");
  EXPECT_EQ(block_on(fs::read_to_string(path)).error().message(),
            "open " + path + ": No such file or directory");
  EXPECT_FALSE(block_on(fs::exists(path)).value());
  EXPECT_TRUE(block_on(fs::write(path, "a longer text")));
  EXPECT_TRUE(block_on(fs::write(path, "text")));
  EXPECT_EQ(block_on(fs::read_to_string(path)).value(), "text");
  EXPECT_EQ(block_on(fs::read(path)).value().size(), 4u);
  EXPECT_TRUE(block_on(fs::exists(path)).value());
  const auto metadata = block_on(fs::metadata(path)).value();
  EXPECT_EQ(metadata.size(), 4u);
  EXPECT_TRUE(metadata.is_file());
  EXPECT_FALSE(metadata.is_dir());

  const auto other = in_folder("other.txt");
  EXPECT_TRUE(block_on(fs::rename(path, other)));
  EXPECT_FALSE(block_on(fs::exists(path)).value());
  EXPECT_EQ(block_on(fs::rename(path, other)).error().message(),
            "rename " + path + " to " + other + ": No such file or directory");
  EXPECT_TRUE(block_on(fs::remove_file(other)));
  EXPECT_EQ(block_on(fs::remove_file(other)).error().message(),
            "remove " + other + ": No such file or directory");
  EXPECT_TRUE(block_on(fs::metadata(other)).error().is(std::errc::no_such_file_or_directory));
}

TEST_F(FsTest, ABigFile_AndOneWithoutASize_AreReadToTheirEnd) {
  std::string text;
  while (text.size() < 300'000) text += std::to_string(text.size()) + " ";
  ASSERT_TRUE(block_on(fs::write(in_folder("big"), text)));
  EXPECT_TRUE(block_on(fs::read_to_string(in_folder("big"))).value() == text);
  EXPECT_FALSE(block_on(fs::read_to_string("/proc/self/status")).value().empty());
}

TEST_F(FsTest, Directories_AreMadeWithAllAbove_AndRemovedWithAllBelow) {
  const auto path = in_folder("a/b/c");
  EXPECT_TRUE(block_on(fs::create_dir_all(path)));
  EXPECT_TRUE(block_on(fs::create_dir_all(path))) << "it is there: no error";
  EXPECT_TRUE(block_on(fs::metadata(path)).value().is_dir());
  ASSERT_TRUE(block_on(fs::write(path + "/x", "x")));
  EXPECT_FALSE(block_on(fs::create_dir_all(path + "/x/y")));
  EXPECT_FALSE(block_on(fs::exists(path + "/x/y")).value()) << "below a file there is nothing";
  EXPECT_TRUE(block_on(fs::remove_dir_all(in_folder("a"))));
  EXPECT_FALSE(block_on(fs::exists(in_folder("a"))).value());
  EXPECT_FALSE(block_on(fs::remove_dir_all(in_folder("a"))));
}

TEST_F(FsTest, AFile_IsReadAndWrittenInParts) {
  const auto go = [&]() -> Async<> {
    auto file = co_await fs::OpenOptions().read(true).write(true).create(true).open(in_folder("parts"));
    EXPECT_TRUE(file);
    auto written = co_await file->write_all("hello ");
    EXPECT_TRUE(written);
    written = co_await file->write_all("world");
    EXPECT_TRUE(written);
    EXPECT_EQ(file->position(), 11u);
    auto size = co_await file->size();
    EXPECT_EQ(size.value(), 11u);

    auto at = co_await file->seek(6);
    EXPECT_EQ(at.value(), 6u);
    std::array<std::byte, 3> buffer;
    const auto count = co_await file->read(buffer);
    EXPECT_EQ(count.value(), 3u);
    EXPECT_EQ(static_cast<char>(buffer[0]), 'w');
    std::string rest;
    const auto more = co_await file->read_to_string(rest);
    EXPECT_EQ(more.value(), 2u);
    EXPECT_EQ(rest, "ld");
    const auto end = co_await file->read(buffer);
    EXPECT_EQ(end.value(), 0u);

    at = co_await file->seek(-5, fs::SeekFrom::end);
    EXPECT_EQ(at.value(), 6u);
    at = co_await file->seek(-1, fs::SeekFrom::current);
    EXPECT_EQ(at.value(), 5u);
    at = co_await file->seek(-1);
    EXPECT_TRUE(at.error().is(std::errc::invalid_argument));
    at = co_await file->seek(std::numeric_limits<std::int64_t>::max(), fs::SeekFrom::current);
    EXPECT_TRUE(at.error().is(std::errc::invalid_argument));
    EXPECT_EQ(file->position(), 5u);
    const auto cut = co_await file->set_size(5);
    const auto safe = co_await file->sync_all();
    EXPECT_TRUE(cut && safe);
  };
  block_on(go());
  EXPECT_EQ(block_on(fs::read_to_string(in_folder("parts"))).value(), "hello");
}

TEST_F(FsTest, OpenOptions_DoWhatTheySay) {
  const auto path = in_folder("options");
  const auto open = [&](fs::OpenOptions options) { return block_on(options.open(path)); };
  EXPECT_TRUE(open(fs::OpenOptions().write(true)).error().is(std::errc::no_such_file_or_directory));
  {
    auto made = block_on(fs::File::create(path)).value();
  }
  EXPECT_TRUE(open(fs::OpenOptions().write(true).create_new(true)).error().is(std::errc::file_exists));
  for (const auto* word : {"one ", "two"}) {
    auto file = open(fs::OpenOptions().append(true)).value();
    EXPECT_TRUE(block_on(file.write_all(word)));
  }
  EXPECT_EQ(block_on(fs::read_to_string(path)).value(), "one two");
  {
    auto cut = open(fs::OpenOptions().write(true).truncate(true)).value();
  }
  EXPECT_EQ(block_on(fs::read_to_string(path)).value(), "");
  auto reads = block_on(fs::File::open(path)).value();
  EXPECT_EQ(block_on(reads.write_all("x")).error().message(), "write " + path + ": Bad file descriptor");
}

// Question: a read is dropped while the pool's thread makes it. Where does the next one begin, and whose is
// the buffer?
TEST_F(FsTest, ADroppedRead_LosesNothing) {
  ASSERT_TRUE(block_on(fs::write(in_folder("text"), "abcdef")));
  auto file = block_on(fs::File::open(in_folder("text"))).value();
  CountingWaker counted;
  const Waker waker = counted.waker();
  Context cx(waker);
  {
    auto gone = std::make_unique<std::array<std::byte, 4>>();
    auto reads = file.read(*gone);
    (void)reads.poll(cx).is_ready();
  }
  EXPECT_EQ(file.position() % 4, 0u);
  std::string all;
  EXPECT_TRUE(block_on(file.seek(0)));
  EXPECT_EQ(block_on(file.read_to_string(all)).value(), 6u);
  EXPECT_EQ(all, "abcdef");
  while (counted.live() != 1) base::yield_thread();  // the pool's thread may be about to wake the dropped one
}

}  // namespace
