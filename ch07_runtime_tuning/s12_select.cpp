// s12_select.cpp -- the demo of 7.12: select tells its branches apart by type, and drops who lost.
#include "ch07_runtime_tuning/s12_select.hpp"

#include <vector>

#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/future/select_all.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

}  // namespace

Async<std::string> text_from(std::string mirror, std::chrono::seconds after) {
  Guard guard(mirror);
  co_await sleep(after);
  guard.answered();
  co_return "text from " + mirror;
}

Async<int> size_from(std::string mirror, std::chrono::seconds after) {
  Guard guard(mirror);
  co_await sleep(after);
  guard.answered();
  co_return 42;
}

// tokio's select! has a handler beside each branch; here match() has them, one for each, told
// apart by their place.
Async<std::string> first_answer() {
  auto won = co_await select(text_from("slow", 3s), size_from("quick", 1s), sleep(2s));
  co_return match(
      std::move(won), [](std::string text) { return "a text: " + text; },
      [](int size) { return "a size: " + std::to_string(size); },
      [] { return std::string("two seconds are over"); });
}

Async<std::size_t> shortest_of(std::size_t count) {
  std::vector<Sleep> sleeps;
  for (std::size_t i = 0; i < count; ++i) sleeps.push_back(sleep(i == count / 2 ? 1s : 10s));
  const auto won = co_await select_all(std::move(sleeps));
  co_return won.index;
}

bool select_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the first answer");
  const std::string answer = run_async_main(first_answer(), RuntimeFlavor::current_thread);
  println("select of three: ", answer);
  const std::size_t index = run_async_main(shortest_of(100), RuntimeFlavor::current_thread);
  println("select_all of a hundred: number ", index);
  return answer == "a size: 42" && index == 50;
}

}  // namespace ch07
