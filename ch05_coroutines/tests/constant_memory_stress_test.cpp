// constant_memory_stress_test.cpp -- ten million lines go through each form, and memory does not grow.
#include <gtest/gtest.h>
#include <string>

#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/peak_memory.hpp"
#include "ch05_coroutines/s3_stacking.hpp"
#include "ch05_coroutines/s4_file_transfer.hpp"
#include "ch05_coroutines/s8_generator.hpp"

namespace ch05 {
namespace {

constexpr std::size_t kLines = 10'000'000;

class ConstantMemoryStressTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_numbers(numbers, kLines, 1));
    if (!forget_peak_memory()) GTEST_SKIP() << "this system keeps the peak of a process for its life";
    before = peak_memory_kilobytes();
  }
  // To keep the file in memory would take 40,000.
  void TearDown() override {
    if (IsSkipped()) return;
    EXPECT_LT(peak_memory_kilobytes() - before, 4 * 1024);
  }

  long before = 0;
  demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
};

TEST_F(ConstantMemoryStressTest, Stacked) {
  ASSERT_TRUE(CoroutineManager::open(numbers, output).value().run());
  EXPECT_TRUE(same_content(numbers, output).value());
}

TEST_F(ConstantMemoryStressTest, ByTransfer) {
  FileTransfer transfer(NumberReader::open(numbers).value(), NumberWriter::open(output).value(), 1000);
  ASSERT_TRUE(transfer.run());
  EXPECT_TRUE(same_content(numbers, output).value());
}

TEST_F(ConstantMemoryStressTest, ByAGeneratorInsideAGenerator) {
  const auto lines = [](NumberReader file) -> Generator<Number> {
    for (;;) {
      const auto number = file.next().value();
      if (!number) break;
      co_yield *number;
    }
  };
  const auto outer = [&lines](NumberReader file) -> Generator<Number> {
    co_yield elements_of(lines(std::move(file)));
  };
  auto writer = NumberWriter::open(output).value();
  for (const Number number : outer(NumberReader::open(numbers).value())) ASSERT_TRUE(writer.write(number));
  ASSERT_TRUE(writer.finish());
  EXPECT_TRUE(same_content(numbers, output).value());
}

}  // namespace
}  // namespace ch05
