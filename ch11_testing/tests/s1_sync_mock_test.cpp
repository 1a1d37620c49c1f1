// s1_sync_mock_test.cpp -- row 11.1: a mock of the module: what it was given is checked.
#include <expected>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <string>

#include "ch11_testing/s1_sync_process.hpp"

namespace ch11 {
namespace {

using ::testing::_;
using ::testing::InSequence;
using ::testing::Return;

using Answer = std::expected<int, std::string>;
using KeyAnswer = std::expected<std::string, std::string>;

class MockDatabaseHandler : public SyncProcess<int, std::string, int> {
 public:
  MOCK_METHOD(KeyAnswer, spawn, (int input), (override));
  MOCK_METHOD(Answer, get_result, (std::string key), (override));
};

// do_something(4) with a process whose result is this.
Answer outcome_of(int result) {
  MockDatabaseHandler process;
  const InSequence one_after_the_other;
  EXPECT_CALL(process, spawn(4)).WillOnce(Return("test_key"));
  EXPECT_CALL(process, get_result("test_key")).WillOnce(Return(result));
  return do_something(process, 4);
}

// Arrange, act, assert: the book's test. Break in `judge`.
TEST(SyncMockTest, ATooBigResult_IsRefused) {
  MockDatabaseHandler process;
  EXPECT_CALL(process, spawn(4)).WillOnce(Return("test_key"));
  EXPECT_CALL(process, get_result("test_key")).WillOnce(Return(11));

  const Answer outcome = do_something(process, 4);

  EXPECT_EQ(outcome, Answer(std::unexpected("result is too big")));
}

// The edges that the book leaves to its reader.
TEST(SyncMockTest, Eight_IsDoubled_AndOthersAreTripled) {
  EXPECT_EQ(outcome_of(8), 16);
  EXPECT_EQ(outcome_of(7), 21);
  EXPECT_EQ(outcome_of(10), 30);
}

// Question: the process cannot even begin. What is it asked after that?
// Predict: what does a mock do with a call that nobody expects? Break in `do_something`.
TEST(SyncMockTest, WhereItCannotBegin_NothingElseIsAsked) {
  MockDatabaseHandler process;
  EXPECT_CALL(process, spawn(_)).WillOnce(Return(std::unexpected("no connection")));
  EXPECT_CALL(process, get_result(_)).Times(0);
  EXPECT_EQ(do_something(process, 4), Answer(std::unexpected("no connection")));
}

TEST(SyncMockTest, AnErrorInsteadOfAResult_IsPassedOn) {
  MockDatabaseHandler process;
  EXPECT_CALL(process, spawn(4)).WillOnce(Return("test_key"));
  EXPECT_CALL(process, get_result("test_key")).WillOnce(Return(std::unexpected("the row is gone")));
  EXPECT_EQ(do_something(process, 4), Answer(std::unexpected("the row is gone")));
}

// A mock that cannot fail tests nothing: this one is given another input than it expects.
TEST(SyncMockTest, AnotherInput_FailsTheTest_AndSaysWhatCame) {
  MockDatabaseHandler process;
  EXPECT_CALL(process, spawn(4)).Times(0);
  ON_CALL(process, spawn(_)).WillByDefault(Return(std::unexpected("not mocked")));
  EXPECT_NONFATAL_FAILURE((void)do_something(process, 5),
                          "Expected arg #0: is equal to 4\n           Actual: 5");
}

}  // namespace
}  // namespace ch11
