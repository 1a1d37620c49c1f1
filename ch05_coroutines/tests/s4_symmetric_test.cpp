// s4_symmetric_test.cpp -- an input in, an output out; the end of the file is an output like any other.
#include "ch05_coroutines/s4_symmetric.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "common/demo/temporary_folder.hpp"

namespace ch05 {
namespace {

// Read this one first.
// Question: who decides that the writer is next: the reader, the writer, or the test?
// Predict what each call gives. Break in `SymmetricReader::resume_with_input`.
TEST(SymmetricTest, WhoCallsThem_PassesWhatTheOneGaveToTheOther) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  std::ofstream(numbers) << "1\n2\n";
  SymmetricReader reader(NumberReader::open(numbers).value());
  SymmetricWriter writer(NumberWriter::open(output, 0).value());

  const auto first = reader.resume_with_input(GoOn());
  EXPECT_EQ(first.value(), 1);
  EXPECT_TRUE(writer.resume_with_input(*first));
  EXPECT_EQ(demo::text_of(output), "1\n");
  EXPECT_TRUE(writer.resume_with_input(7)) << "nobody keeps the test from sending something else";
  EXPECT_TRUE(writer.resume_with_input(reader.resume_with_input(GoOn()).value()));
  EXPECT_FALSE(reader.resume_with_input(GoOn()).value()) << "the end";
  EXPECT_TRUE(writer.resume_with_input(std::nullopt));
  EXPECT_EQ(demo::text_of(output), "1\n7\n2\n");
}

TEST(SymmetricTest, BadLineAndNoRoom_AreOutputs) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt");
  std::ofstream(numbers) << "x\n";
  SymmetricReader reader(NumberReader::open(numbers).value());
  EXPECT_EQ(reader.resume_with_input(GoOn()).error(),
            numbers + ", line 1: 'x' is no whole number of 32 bits; correct the line");
  SymmetricWriter writer(NumberWriter::open("/dev/full").value());
  EXPECT_TRUE(writer.resume_with_input(1));
  EXPECT_FALSE(writer.resume_with_input(std::nullopt)) << "it is told at the end at the latest";
}

}  // namespace
}  // namespace ch05
