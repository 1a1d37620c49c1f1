// s2_read_coroutine_test.cpp -- one number at each resume, not before; a bad line ends it and is named.
#include "ch05_coroutines/s2_read_coroutine.hpp"

#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/descriptor.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/demos.hpp"

namespace ch05 {
namespace {

class ReadCoroutineTest : public ::testing::Test {
 protected:
  ReadCoroutine reader_of(const std::string& text) {
    std::ofstream(path) << text;
    return ReadCoroutine(NumberReader::open(path).value());
  }

  demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.txt");
};

// Read this one first.
// Question: the fourth of five lines is no number. How many resumes yield one, and what does the next one
// say?
// Predict. Break in `NumberReader::next`.
TEST_F(ReadCoroutineTest, BadLine_EndsItAndIsNamed) {
  auto reader = reader_of("1\n2\n3\nfour\n5\n");
  for (int expected = 1; expected <= 3; ++expected) EXPECT_EQ(reader.resume().yielded(), expected);
  auto state = reader.resume();
  ASSERT_TRUE(state.is_complete());
  EXPECT_EQ(std::move(state).result().error(),
            path + ", line 4: 'four' is no whole number of 32 bits; correct the line");
}

TEST_F(ReadCoroutineTest, FiveLines_YieldFiveNumbersAndComplete) {
  auto reader = reader_of("1\n2\n3\n4\n5\n");
  for (int expected = 1; expected <= 5; ++expected) EXPECT_EQ(reader.resume().yielded(), expected);
  auto state = reader.resume();
  ASSERT_TRUE(state.is_complete());
  EXPECT_TRUE(std::move(state).result());
}

// Question: only one line has been written to a pipe. Does the first resume wait for a second one?
// Predict. Break in `NumberReader::read_more`.
TEST_F(ReadCoroutineTest, IsLazy_ReadsNoFurtherThanItWasAsked) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const base::Descriptor keeps_it_open(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  ReadCoroutine reader(NumberReader::open(path).value());
  ASSERT_EQ(::write(keeps_it_open.get(), "1\n", 2), 2);
  EXPECT_EQ(reader.resume().yielded(), 1) << "it would hang here, if it read on";
  ASSERT_EQ(::write(keeps_it_open.get(), "2\n3\n", 4), 4);
  EXPECT_EQ(reader.resume().yielded(), 2);
  EXPECT_EQ(reader.resume().yielded(), 3);
}

// The demo, with a file of the user's own: all that could be read is printed, and then the bad line ends it.
TEST_F(ReadCoroutineTest, DemoWithAFileOfOnesOwn_PrintsItUpToTheBadLine) {
  demo::Options options;
  options.texts.emplace_back("file", path);
  std::ofstream(path) << "7\n8\n";
  {
    const demo::CapturedLines printed;
    EXPECT_TRUE(read_demo(options));
    EXPECT_EQ(printed.text(), "7\n8\n");
  }
  std::ofstream(path) << "7\nx\n";
  const demo::CapturedLines printed;
  EXPECT_THROW((void)read_demo(options), std::runtime_error);
  EXPECT_EQ(printed.text(), "7\n");
}

}  // namespace
}  // namespace ch05
