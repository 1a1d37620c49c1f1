// s3_stacking_test.cpp -- what comes out is what went in; what fails is told, and nothing is lost.
#include "ch05_coroutines/s3_stacking.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"

namespace ch05 {
namespace {

class StackingTest : public ::testing::Test {
 protected:
  FileResult<void> transfer() { return CoroutineManager::open(numbers, output).value().run(); }

  demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
};

// Read this one first.
// Question: the third line of the input is bad. Is the output empty, half a number, or two numbers? Who says
// so?
// Predict. Break in `CoroutineManager::run`.
TEST_F(StackingTest, BadLine_IsToldAndWhatWasReadIsWritten) {
  std::ofstream(numbers) << "1\n2\nx\n4\n";
  const auto ended = transfer();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error(), numbers + ", line 3: 'x' is no whole number of 32 bits; correct the line");
  EXPECT_EQ(demo::text_of(output), "1\n2\n");
}

TEST_F(StackingTest, Output_IsTheInput) {
  ASSERT_TRUE(make_numbers(numbers, 10'000, 1));
  EXPECT_TRUE(transfer());
  EXPECT_TRUE(same_content(numbers, output).value());
  EXPECT_EQ(demo::text_of(numbers), demo::text_of(output));
}

TEST_F(StackingTest, EmptyInput_GivesAnEmptyOutput) {
  std::ofstream(numbers) << "";
  EXPECT_TRUE(transfer());
  EXPECT_EQ(demo::text_of(output), "");
  EXPECT_TRUE(same_content(numbers, output).value()) << "it is there";
}

TEST_F(StackingTest, NoRoom_IsTold) {
  const std::string error = "cannot write to /dev/full: No space left on device; make room there";
  std::ofstream(numbers) << "1\n2\n";
  EXPECT_EQ(CoroutineManager::open(numbers, "/dev/full").value().run().error(), error) << "at the end";
  const std::string many = folder.path_of("many.txt");
  ASSERT_TRUE(make_numbers(many, 100'000, 1));
  std::ofstream(many, std::ios::app) << "a bad line\n";
  EXPECT_EQ(CoroutineManager::open(many, "/dev/full").value().run().error(), error)
      << "in the middle: nobody reads on to the bad line";
}

TEST_F(StackingTest, NoSuchFile_MakesNoOutput) {
  EXPECT_EQ(CoroutineManager::open(numbers, output).error(),
            "cannot open " + numbers + ": No such file or directory; make it first, or its folder");
  EXPECT_FALSE(NumberReader::open(output)) << "nothing was made";
}

TEST_F(StackingTest, FilesThatCannotBeCompared_AreTold) {
  EXPECT_EQ(same_content(numbers, output).error(),
            "cannot open " + numbers + " to compare it; make it first");
  EXPECT_FALSE(make_numbers("/dev/full", 1, 1));
}

}  // namespace
}  // namespace ch05
