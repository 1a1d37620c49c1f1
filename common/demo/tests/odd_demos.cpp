// odd_demos.cpp -- a binary whose demos do what a demo may do at worst; program_test.cpp runs it as a child.
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>

#include "common/base/descriptor.hpp"
#include "common/base/parker.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"

namespace {

using namespace async::demo;
using namespace std::chrono_literals;

bool breaks(const Options&) {
  println("a line before it breaks");
  return false;
}

bool throws(const Options&) { throw std::runtime_error("the milk is gone"); }

bool throws_a_number(const Options&) { throw 42; }

bool stalls(const Options& options) {
  println("a line before the stall");
  std::printf("another one, not by println\n");
  const WaitingFor evening("the evening to end");
  const WaitingFor waiting("a guest who never comes", options.limit(20s));
  async::base::Parker().park();
  return true;
}

bool prints_for_ever(const Options&) {
  for (;;) println("a line that is long enough to fill the pipe soon");
}

// The number that the next file would get: one of the three that belong to the terminal, if they were free.
bool opens_a_file(const Options&) {
  const async::base::Descriptor file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  return file.get() > 2;
}

constexpr Demo kDemos[] = {
    {"breaks", "0.1", "what it promises does not happen", breaks},
    {"throws", "0.2", "an exception leaves it", throws},
    {"throws-a-number", "0.3", "another one", throws_a_number},
    {"opens-a-file", "0.4", "and looks at its number", opens_a_file},
    {"stalls", "0.5,0.6", "waits for nobody", stalls},
    {"prints-for-ever", "0.7", "until nobody reads it", prints_for_ever},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"demo_odd", "demos at their worst", kDemos}, argc, argv);
}
