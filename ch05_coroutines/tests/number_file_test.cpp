// number_file_test.cpp -- lines, numbers and blocks; whatever is no number is told with its line.
#include "ch05_coroutines/number_file.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "common/demo/temporary_folder.hpp"

namespace ch05 {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class NumberFileTest : public ::testing::Test {
 protected:
  // What a file with this text has, and the error at its end.
  std::pair<std::vector<Number>, std::string> read(const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    auto file = NumberReader::open(path).value();
    std::vector<Number> numbers;
    for (;;) {
      const auto number = file.next();
      if (!number) return {numbers, number.error()};
      if (!*number) return {numbers, ""};
      numbers.push_back(**number);
    }
  }
  std::string error_of(const std::string& text) { return read(text).second; }

  demo::TemporaryFolder folder;
  const std::string path = folder.path_of("numbers.txt");
};

TEST_F(NumberFileTest, Lines_AreNumbers) {
  EXPECT_THAT(read("1\n-2\n+3\n007\n").first, ElementsAre(1, -2, 3, 7));
  EXPECT_THAT(read("2147483647\n-2147483648\n").first,
              ElementsAre(std::numeric_limits<Number>::max(), std::numeric_limits<Number>::min()));
  EXPECT_TRUE(read("").first.empty());
  EXPECT_EQ(error_of(""), "");
}

TEST_F(NumberFileTest, LastLineWithoutAnEnd_AndWindowsLines_AreLinesToo) {
  EXPECT_THAT(read("1\n2").first, ElementsAre(1, 2));
  EXPECT_THAT(read("1\r\n2\r\n").first, ElementsAre(1, 2));
  EXPECT_EQ(error_of("1\n2"), "");
}

TEST_F(NumberFileTest, WhatIsNoNumber_IsToldWithItsLine) {
  const std::vector<std::string> bad = {"three", "",           " 3",          "3 ",  "3.5", "0x3",
                                        "--3",   "2147483648", "-2147483649", "+-3", "+"};
  for (const std::string& line : bad) {
    const auto [numbers, error] = read("1\n2\n" + line + "\n4\n");
    EXPECT_THAT(numbers, ElementsAre(1, 2)) << line;
    EXPECT_EQ(error, path + ", line 3: '" + line + "' is no whole number of 32 bits; correct the line");
  }
}

// It would end the message, or speak to the terminal.
TEST_F(NumberFileTest, WhatCannotBePrinted_IsShownAsAQuestionMark) {
  EXPECT_EQ(error_of(std::string("1\0x\x1b[2J\n", 8)),
            path + ", line 1: '1?x?[2J' is no whole number of 32 bits; correct the line");
}

TEST_F(NumberFileTest, LineThatIsTooLong_IsRefusedBeforeItIsRead) {
  EXPECT_THAT(error_of("1\n" + std::string(65, '1') + "\n"),
              EndsWith("line 2: it has more than 64 characters, so it is no number"));
  EXPECT_THAT(read(std::string(63, '0') + "1\n").first, ElementsAre(1));
  auto endless = NumberReader::open("/dev/zero").value();
  EXPECT_THAT(endless.next().error(), EndsWith("line 1: it has more than 64 characters, so it is no number"));
}

// A block has 65,536 bytes: lines of 6 and 7 bytes lie across its end in every way.
TEST_F(NumberFileTest, LinesAcrossBlocks_AreWhole) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::string text = std::string(shift, '0') + "1\n";
    std::vector<Number> expected{1};
    for (Number number = 95'000; number < 125'000; ++number) {
      text += std::to_string(number) + "\n";
      expected.push_back(number);
    }
    const auto [numbers, error] = read(text);
    EXPECT_EQ(error, "");
    EXPECT_TRUE(numbers == expected) << "with " << shift << " bytes before";
  }
}

TEST_F(NumberFileTest, CannotBeOpenedOrRead_SaysWhyAndWhatToDo) {
  EXPECT_EQ(NumberReader::open(path).error(),
            "cannot open " + path + ": No such file or directory; make it first, or its folder");
  EXPECT_EQ(NumberReader::open("/").value().next().error(),
            "cannot read /: Is a directory; name a file in it");
  EXPECT_THAT(NumberWriter::open("/").error(), EndsWith("Is a directory; name a file in it"));
  EXPECT_THAT(NumberWriter::open(folder.path_of("no/numbers.txt")).error(),
              EndsWith("No such file or directory; make it first, or its folder"));
}

TEST_F(NumberFileTest, Writer_AppendsAtOnceOrInBlocks) {
  std::ofstream(path) << "1\n";
  auto at_once = NumberWriter::open(path, 0).value();
  EXPECT_TRUE(at_once.write(-2));
  EXPECT_EQ(demo::text_of(path), "1\n-2\n");
  auto in_blocks = NumberWriter::open(path).value();
  EXPECT_TRUE(in_blocks.write(std::numeric_limits<Number>::min()));
  EXPECT_EQ(demo::text_of(path), "1\n-2\n");
  EXPECT_TRUE(in_blocks.finish());
  EXPECT_EQ(demo::text_of(path), "1\n-2\n-2147483648\n");
}

TEST_F(NumberFileTest, WriterThatIsDropped_WritesWhatItHas) {
  {
    auto writer = NumberWriter::open(path).value();
    EXPECT_TRUE(writer.write(1));
    auto moved = std::move(writer);
    EXPECT_TRUE(moved.write(2));
  }
  EXPECT_EQ(demo::text_of(path), "1\n2\n");
}

TEST_F(NumberFileTest, NoRoom_IsToldAtTheNextBlockOrAtTheEnd_AndEachTime) {
  const std::string error = "cannot write to /dev/full: No space left on device; make room there";
  auto at_once = NumberWriter::open("/dev/full", 0).value();
  EXPECT_EQ(at_once.write(1).error(), error);
  auto in_blocks = NumberWriter::open("/dev/full").value();
  EXPECT_TRUE(in_blocks.write(1));
  EXPECT_EQ(in_blocks.finish().error(), error);
  EXPECT_EQ(in_blocks.finish().error(), error);
  EXPECT_EQ(in_blocks.write(1).error(), error);
  EXPECT_EQ(in_blocks.finish().error(), error);
}

// The system lets a file grow to five bytes: of "12\n34\n" a write takes five, and the next one fails.
TEST_F(NumberFileTest, WrittenInPart_GoesOnWithTheRestAndTellsTheError) {
  const auto write_with_limit = [this] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit five_bytes{5, 5};
    ::setrlimit(RLIMIT_FSIZE, &five_bytes);
    auto writer = NumberWriter::open(path).value();
    if (!writer.write(12) || !writer.write(34)) std::_Exit(2);
    const auto finished = writer.finish();
    std::_Exit(!finished && finished.error().ends_with("File too large") ? 0 : 1);
  };
  EXPECT_EXIT(write_with_limit(), ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(demo::text_of(path), "12\n34");
}

}  // namespace
}  // namespace ch05
