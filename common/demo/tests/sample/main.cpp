// main.cpp -- a chapter as small as can be: the table of its demos, and one call.
#include <chrono>
#include <unistd.h>
#include <vector>

#include "common/base/thread.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/time/system_clock.hpp"

namespace sample {
namespace {

using namespace async::demo;
using namespace std::chrono_literals;

bool tea(const Options& options) {
  println("the kettle is on, in process ", shown(options, ::getpid(), "<pid>"));
  async::base::Thread cup("cup", [] {
    async::blocking_sleep(1500ms);
    println("the cup is warm");
  });
  async::blocking_sleep(3900ms);
  println("tea after ", whole_seconds(async::now().time_since_epoch()), " s");
  const WaitingFor waiting("the cup");
  cup.join();
  return async::now() >= async::Instant(3900ms);
}

bool guests(const Options& options) {
  std::vector<async::base::Thread> all;
  for (std::size_t i = 1; i <= options.count("guests"); ++i) {
    all.emplace_back([i] { println("guest ", i, " is there"); });
  }
  const WaitingFor waiting("the guests");
  all.clear();
  return true;
}

constexpr Demo kDemos[] = {
    {"tea", "0.1,0.2", "a kettle and a cup, side by side", tea},
    {"guests", "0.3", "they come in any order", guests},
};

constexpr CountOption kCounts[] = {{"guests", "how many guests come", 4, 1, 100}};

}  // namespace
}  // namespace sample

int main(int argc, char** argv) {
  return async::demo::run_demos({"demo_sample", "a sample", sample::kDemos, sample::kCounts}, argc, argv);
}
