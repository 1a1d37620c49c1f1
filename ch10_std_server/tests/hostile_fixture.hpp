// hostile_fixture.hpp -- HostileFixture: a server on either executor whose lines a test hears.
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/heard_lines.hpp"
#include "ch10_std_server/tests/running_server.hpp"

namespace ch10::tests {

inline const std::string kWhole = frame("hello, 馬");

class HostileFixture : public ::testing::TestWithParam<ExecutorKind> {
 protected:
  // Told lines are events for the tests.
  ServerOptions options(std::chrono::milliseconds work = std::chrono::milliseconds(0)) {
    ServerOptions given = quick_options(GetParam());
    given.work = work;
    given.quiet = false;
    given.lines = &lines;
    return given;
  }
  // A server that gives no reply while a test lasts.
  ServerOptions busy_options() { return options(std::chrono::hours(1)); }

  HeardLines lines;
};

}  // namespace ch10::tests
