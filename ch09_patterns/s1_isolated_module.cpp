// s1_isolated_module.cpp -- the demo of 9.1: the book's main, which sleeps while its addition goes on.
#include <chrono>
#include <string>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/time/system_clock.hpp"

#include "ch09_patterns/demos.hpp"
#include "ch09_patterns/s1_async_mod.hpp"

namespace ch09 {
namespace {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

// The module's runtime goes by the demo's clock, and so must not outlive it.
struct ShutDownAtTheEnd {
  ShutDownAtTheEnd() = default;
  ShutDownAtTheEnd(const ShutDownAtTheEnd&) = delete;
  ShutDownAtTheEnd& operator=(const ShutDownAtTheEnd&) = delete;
  ~ShutDownAtTheEnd() { async_mod::shut_down(); }
};

}  // namespace

bool isolated_module_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the module's answer");
  const ShutDownAtTheEnd at_the_end;
  println("Hello, world!");
  const std::string id = demo::or_throw(async_mod::send_add(1, 2));
  println("id: ", demo::shown(options, id, "<id>"));
  blocking_sleep(4s);
  println("main sleep done");
  const Instant asked = now();
  const int result = demo::or_throw(async_mod::get_add(id));
  const bool at_once = now() == asked;
  println("result: ", result);

  const bool only_once = !async_mod::get_add(id);
  println("the same id again is an error: ", demo::yes_or_no(only_once));
  const auto unknown = async_mod::get_add("my-own-id");
  println(unknown ? "an id of one's own has a result" : unknown.error());
  return result == 3 && only_once && !unknown && (at_once || !options.paused);
}

}  // namespace ch09
