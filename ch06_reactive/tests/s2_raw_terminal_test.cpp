// s2_raw_terminal_test.cpp -- a terminal is put back on every way out; keys out of a real one.
//
// The programs that run in the terminal are this one: main, at the end, does what its first word says.

// The chapter's own table, for the demo.
#define main demos_main
#include "ch06_reactive/main.cpp"
#undef main

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>

#include "common/base/check.hpp"
#include "common/base/parker.hpp"
#include "common/base/sanitizers.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s2_keyboard.hpp"
#include "ch06_reactive/tests/pty.hpp"

namespace ch06 {
namespace {

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// What the keys do in the program that the tests look at.
void on_key(const Key& key) {
  if (key.name == "a") ASYNC_CHECK(false, "the test wants it so");
  if (key.name == "s") std::raise(SIGSEGV);
  if (key.name == "t") throw std::runtime_error("the test wants it so");
  if (key.name == "e") std::exit(5);
  if (key.name == "k") std::quick_exit(6);
  if (key.name == "u") base::Thread([] { throw std::runtime_error("nobody catches it"); }).join();
  say("key " + key.name);
}

// Until q. 0: normal end; 7: an exception came out of a callback, and was caught by main; 1: no terminal.
int read_keys() {
  std::signal(SIGUSR2, SIG_IGN);
  auto source = TerminalKeys::open(STDIN_FILENO);
  if (!source) {
    say(source.error());
    return 1;
  }
  say("ready");
  try {
    std::exception_ptr failed;
    {
      base::Parker over;
      Keyboard keyboard(*std::move(source), [&](std::exception_ptr why) {
        failed = std::move(why);
        over.unpark();
      });
      const CallbackGuard guard = keyboard.on_key_down([&over](const Key& key) {
        on_key(key);
        if (key.name == "q") over.unpark();
      });
      keyboard.start();
      over.park();
    }
    if (failed) std::rethrow_exception(failed);
  } catch (const std::exception&) {
    return 7;
  }
  return 0;
}

class RawTerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!Pty::is_possible()) GTEST_SKIP() << "there are no terminals here";
  }
  // Starts it and sees that it is raw.
  static void begin(Pty& pty) {
    ASSERT_EQ(pty.line(), "ready");
    ASSERT_TRUE(pty.is_raw());
    ASSERT_FALSE(pty.is_as_before());
  }
  static int code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

  const Deadline deadline_{"a program in a terminal did not do what it should"};
};

TEST_F(RawTerminalTest, NormalEnd_PutsItBack) {
  Pty pty({"keys"});
  begin(pty);
  pty.type("q");
  EXPECT_EQ(pty.line(), "key q");
  EXPECT_EQ(code(pty.wait()), 0);
  EXPECT_TRUE(pty.is_as_before());
}

TEST_F(RawTerminalTest, Exception_PutsItBack) {
  Pty pty({"keys"});
  begin(pty);
  pty.type("t");
  EXPECT_EQ(code(pty.wait()), 7);
  EXPECT_TRUE(pty.is_as_before());
}

// Question: an exception that nobody catches runs no destructor. Who puts the terminal back?
// Predict. Break in `on_deadly`; gdb needs `handle SIGABRT nostop pass`.
TEST_F(RawTerminalTest, FailedCheckAndUncaughtException_PutItBack) {
  for (const char* const key : {"a", "u", "s"}) {
    Pty pty({"keys"});
    begin(pty);
    pty.type(key);
    EXPECT_NE(code(pty.wait()), 0);
    EXPECT_TRUE(pty.is_as_before()) << key;
  }
}

TEST_F(RawTerminalTest, CtrlC_PutsItBackAndEndsTheProgram) {
  Pty pty({"keys"});
  begin(pty);
  pty.type("\x03");
  EXPECT_EQ(code(pty.wait()), 128 + SIGINT);
  EXPECT_TRUE(pty.is_as_before());
}

// Question: an exit() runs no destructor of main's. Who puts the terminal back?
TEST_F(RawTerminalTest, ExitInTheMiddle_PutsItBack) {
  for (const auto& [key, expected] : {std::pair{"e", 5}, {"k", 6}}) {
    Pty pty({"keys"});
    begin(pty);
    pty.type(key);
    EXPECT_EQ(code(pty.wait()), expected);
    EXPECT_TRUE(pty.is_as_before()) << key;
  }
}

// What a thread does to itself a sanitizer takes for itself: it ends the program in its own way, or runs the handler in
// the middle of its own functions.
bool is_a_sanitizers(int number) {
  constexpr int kOfAThread[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGPIPE, SIGSYS};
  return (ASYNC_UNDER_THREAD_SANITIZER || ASYNC_UNDER_ADDRESS_SANITIZER) &&
         std::ranges::find(kOfAThread, number) != std::end(kOfAThread);
}

TEST_F(RawTerminalTest, SignalsThatEndAProgram_PutItBackAndEndIt) {
  for (const int number :
       {SIGHUP,  SIGINT,  SIGQUIT,   SIGILL,  SIGTRAP, SIGABRT,   SIGBUS,  SIGFPE, SIGUSR1, SIGSEGV, SIGPIPE,
        SIGALRM, SIGTERM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,  SIGPWR,  SIGSYS}) {
    if (is_a_sanitizers(number)) continue;
    Pty pty({"keys"});
    begin(pty);
    pty.send(number);
    EXPECT_EQ(code(pty.wait()), 128 + number);
    EXPECT_TRUE(pty.is_as_before()) << number;
  }
}

TEST_F(RawTerminalTest, SignalThatIsIgnored_ChangesNothing) {
  Pty pty({"keys"});
  begin(pty);
  pty.send(SIGUSR2);
  pty.type("x");
  EXPECT_EQ(pty.line(), "key x");
  EXPECT_TRUE(pty.is_raw());
}

// Question: the terminal is the shell's, which has modes of its own. Which ones would be put back later?
// Predict. Break in `RawTerminal::open`.
TEST_F(RawTerminalTest, StartedInTheBackground_IsToldAndLeavesTheTerminalAlone) {
  Pty pty({"keys"}, Pty::Place::background);
  const std::string told = pty.line();
  EXPECT_NE(told.find("another program's"), std::string::npos) << told;
  EXPECT_NE(told.find("--keys"), std::string::npos) << told;
  EXPECT_EQ(code(pty.wait()), 1);
  EXPECT_TRUE(pty.is_as_before());
}

TEST_F(RawTerminalTest, ReaderOfItsOutputThatIsGone_PutsItBack) {
  Pty pty({"keys"});
  begin(pty);
  pty.stop_reading();
  pty.type("x");
  EXPECT_EQ(code(pty.wait()), 128 + SIGPIPE);
  EXPECT_TRUE(pty.is_as_before());
}

// The system tells the shell by a signal, and this one does not pass it on: to the program it is the end of the keys.
TEST_F(RawTerminalTest, TerminalThatHangsUp_HasNoMoreKeys) {
  Pty pty({"keys"});
  begin(pty);
  pty.hang_up();
  EXPECT_EQ(code(pty.wait()), 0);
}

// Question: Ctrl-Z, and the shell has the terminal. In which modes? And after `fg`?
// Predict. Break in `on_stop` and in `on_continue`.
TEST_F(RawTerminalTest, StoppedAndContinued_IsPutBackAndMadeRawAgain) {
  Pty pty({"keys"});
  begin(pty);
  for (int i = 0; i < 2; ++i) {
    pty.type("\x1a");
    const int status = pty.wait();
    ASSERT_TRUE(WIFSTOPPED(status));
    EXPECT_EQ(WSTOPSIG(status), SIGTSTP);
    EXPECT_TRUE(pty.is_as_before());
    pty.continue_in_foreground();
    pty.type("x");  // without the end of a line: it comes only if the terminal is raw
    EXPECT_EQ(pty.line(), "key x");
    EXPECT_TRUE(pty.is_raw());
  }
  pty.type("q");
  EXPECT_EQ(pty.line(), "key q");
  EXPECT_EQ(code(pty.wait()), 0);
  EXPECT_TRUE(pty.is_as_before());
}

TEST_F(RawTerminalTest, ContinuedInTheBackground_LeavesTheTerminalToTheShell) {
  Pty pty({"keys"});
  begin(pty);
  pty.type("\x1a");
  ASSERT_TRUE(WIFSTOPPED(pty.wait()));
  termios of_the_shell = pty.modes_before();
  of_the_shell.c_cc[VERASE] = 'e';
  pty.set_modes(of_the_shell);
  pty.continue_in_background();
  pty.send(SIGTERM);
  EXPECT_EQ(code(pty.wait()), 128 + SIGTERM);
  EXPECT_TRUE(pty.has_modes(of_the_shell));
}

TEST_F(RawTerminalTest, StoppedByWhatCannotBeCaught_IsMadeRawAgain) {
  Pty pty({"keys"});
  begin(pty);
  pty.send(SIGSTOP);
  ASSERT_TRUE(WIFSTOPPED(pty.wait()));
  pty.set_modes(pty.modes_before());  // the shell's work
  pty.continue_in_foreground();
  pty.type("x");
  EXPECT_EQ(pty.line(), "key x");
  EXPECT_TRUE(pty.is_raw());
}

TEST_F(RawTerminalTest, SecondTime_IsAsTheFirst) {
  Pty pty({"keys twice"});
  begin(pty);
  pty.type("q");
  EXPECT_EQ(pty.line(), "key q");
  begin(pty);
  pty.send(SIGTERM);
  EXPECT_EQ(code(pty.wait()), 128 + SIGTERM);
  EXPECT_TRUE(pty.is_as_before());
}

TEST_F(RawTerminalTest, KeysOfATerminal_HaveTheirNames) {
  Pty pty({"keys"});
  begin(pty);
  for (const auto& [bytes, name] : {std::pair{"\x1b[A", "Up"},
                                    {"\x1bOB", "Down"},
                                    {"é", "é"},
                                    {"\r", "Enter"},
                                    {"\x7f", "Backspace"},
                                    {"\x1b", "Escape"},
                                    {"+", "+"}}) {
    pty.type(bytes);
    EXPECT_EQ(pty.line(), std::string("key ") + name);
  }
  pty.type("xyq");  // in one go
  EXPECT_EQ(pty.line(), "key x");
  EXPECT_EQ(pty.line(), "key y");
  EXPECT_EQ(pty.line(), "key q");
  EXPECT_EQ(code(pty.wait()), 0);
}

TEST_F(RawTerminalTest, WhatIsNoTerminal_IsToldWithWhatToDo) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const base::Descriptor reads(ends[0]), writes(ends[1]);
  const auto source = TerminalKeys::open(reads.get());
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().find("no keys without a terminal"), std::string::npos) << source.error();
  EXPECT_NE(source.error().find("--keys"), std::string::npos) << source.error();
}

TEST_F(RawTerminalTest, Demo_HearsTheUsersKeysAndPutsItBack) {
  Pty pty({"keyboard", "--interactive"});
  const auto read_until = [&pty](const std::string& wanted) {
    std::string line = "begin";
    while (!line.empty() && line.find(wanted) == line.npos) line = pty.line();
    return !line.empty();
  };
  ASSERT_TRUE(read_until("Input:"));
  EXPECT_TRUE(pty.is_raw());
  pty.type("\x1b[A");
  EXPECT_TRUE(read_until("Desired Temp: 21.5"));
  pty.type("-");
  EXPECT_TRUE(read_until("Input: Up-"));
  pty.type("q");
  EXPECT_EQ(code(pty.wait()), 0);
  EXPECT_TRUE(pty.is_as_before());
}

TEST_F(RawTerminalTest, DemoThatIsInterrupted_PutsItBack) {
  for (const char* const keys : {"\x03", "\x1c"}) {
    Pty pty({"keyboard", "--interactive"});
    ASSERT_NE(pty.line().find("Input:"), std::string::npos);
    while (!pty.line().ends_with("Heater On: true  Input:")) {
    }
    ASSERT_TRUE(pty.is_raw());
    pty.type(keys);
    EXPECT_EQ(code(pty.wait()), 128 + (*keys == '\x03' ? SIGINT : SIGQUIT));
    EXPECT_TRUE(pty.is_as_before());
  }
}

}  // namespace
}  // namespace ch06

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "keys") return ch06::read_keys();
  if (argc > 1 && std::string(argv[1]) == "keys twice") return ch06::read_keys() + ch06::read_keys();
  if (argc > 1 && argv[1][0] != '-') return demos_main(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
