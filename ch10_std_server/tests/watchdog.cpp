// watchdog.cpp -- a test that hangs is ended, and its name told, before the whole run is given up.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

constexpr unsigned kSeconds = 110;

char running[256] = "?";

void tell_and_abort(int) {
  // Only what is allowed in a signal handler.
  (void)!::write(STDERR_FILENO, "\nthe watchdog ends a test that hangs: ", 38);
  (void)!::write(STDERR_FILENO, running, std::strlen(running));
  (void)!::write(STDERR_FILENO, "\n", 1);
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

class Watchdog : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override {
    std::snprintf(running, sizeof running, "%s.%s", test.test_suite_name(), test.name());
    ::alarm(kSeconds);
  }
  void OnTestEnd(const testing::TestInfo&) override { ::alarm(0); }
};

class LetTheDogOut : public testing::Environment {
  void SetUp() override {
    std::signal(SIGALRM, &tell_and_abort);
    testing::UnitTest::GetInstance()->listeners().Append(new Watchdog);  // gtest deletes it
  }
};

const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new LetTheDogOut);  // gtest deletes it

}  // namespace
