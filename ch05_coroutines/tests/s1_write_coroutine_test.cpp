// s1_write_coroutine_test.cpp -- the same file either way; the coroutine opens it once.
#include "ch05_coroutines/s1_write_coroutine.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/small_rng.hpp"

namespace ch05 {
namespace {

class WriteCoroutineTest : public ::testing::Test {
 protected:
  demo::TemporaryFolder folder;
  const std::string path = folder.path_of("numbers.txt");
};

// Read this one first.
// Question: the file's name is gone while the coroutine sleeps between two resumes. Where does the second
// number go? And where does the one that append_number_to_file writes?
// Predict both. Break in `open_file`.
TEST_F(WriteCoroutineTest, KeepsItsFileBetweenTwoResumes) {
  WriteCoroutine coroutine(NumberWriter::open(path, 0).value());
  EXPECT_TRUE(coroutine.resume(1).is_yielded());
  EXPECT_EQ(demo::text_of(path), "1\n");

  const std::string renamed = folder.path_of("renamed.txt");
  std::filesystem::rename(path, renamed);
  EXPECT_TRUE(coroutine.resume(2).is_yielded());
  EXPECT_EQ(demo::text_of(renamed), "1\n2\n") << "it has the file, not the name";
  EXPECT_TRUE(append_number_to_file(path, 3));
  EXPECT_EQ(demo::text_of(path), "3\n") << "a new file";
}

TEST_F(WriteCoroutineTest, EitherWay_TheFilesAreEqual) {
  const std::string opened = folder.path_of("opened.txt");
  WriteCoroutine coroutine(NumberWriter::open(path).value());
  SmallRng rng(1);
  for (int i = 0; i < 1000; ++i) {
    const Number number = rng.number();
    ASSERT_TRUE(append_number_to_file(opened, number));
    ASSERT_TRUE(coroutine.resume(number).is_yielded());
  }
  ASSERT_TRUE(coroutine.finish());
  EXPECT_EQ(demo::text_of(path), demo::text_of(opened));
  EXPECT_TRUE(same_content(path, opened).value());
  ASSERT_TRUE(append_number_to_file(opened, 1));
  EXPECT_FALSE(same_content(path, opened).value()) << "one is longer";
}

TEST_F(WriteCoroutineTest, NoRoom_CompletesWithTheReason) {
  WriteCoroutine coroutine(NumberWriter::open("/dev/full", 0).value());
  auto state = coroutine.resume(1);
  ASSERT_TRUE(state.is_complete());
  EXPECT_EQ(std::move(state).result(), "cannot write to /dev/full: No space left on device; make room there");
  EXPECT_EQ(append_number_to_file("/dev/full", 1).error(),
            "cannot write to /dev/full: No space left on device; make room there");
}

// What the demos print depends on it.
TEST(SmallRngTest, SameSeed_GivesTheSameNumbersEverywhere) {
  SmallRng rng(0);
  EXPECT_EQ(rng.next(), 0xe220a8397b1dcdafu);
  EXPECT_EQ(rng.next(), 0x6e789e6aa1b965f4u);
  SmallRng small(1);
  for (int i = 0; i < 1000; ++i) {
    const int number = small.up_to(10);
    EXPECT_TRUE(number >= 0 && number <= 10) << number;
  }
}

}  // namespace
}  // namespace ch05
