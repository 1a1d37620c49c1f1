// s12_join.cpp -- the demo of 7.12: three seconds instead of six; ten thousand children.
#include "ch07_runtime_tuning/s12_join.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"
#include "common/future/join_all.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

Async<std::string> coffee() {
  co_await sleep(3s);
  co_return "coffee";
}
Async<int> toasts() {
  co_await sleep(2s);
  co_return 2;
}

// A sleep that says how often it was asked.
class CountedSleep {
 public:
  using Output = void;

  CountedSleep(Duration duration, std::size_t& polls) : sleep_(sleep(duration)), polls_(&polls) {}

  Poll<void> poll(Context& cx) {
    ++*polls_;
    return sleep_.poll(cx);
  }

 private:
  Sleep sleep_;
  std::size_t* polls_;
};

}  // namespace

Async<Breakfast> breakfast_of_two_futures() {
  const Instant start = now();
  const auto [drink, bread, nothing] =
      co_await join(coffee(), toasts(), sleep(1s));  // the sleep gives a monostate
  (void)nothing;
  Breakfast breakfast;
  breakfast.coffee = drink;
  breakfast.toasts = bread;
  breakfast.took = now() - start;
  co_return breakfast;
}

Async<std::size_t> polls_of_many(std::size_t count) {
  std::size_t polls = 0;
  std::vector<CountedSleep> sleeps;
  sleeps.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    sleeps.emplace_back(std::chrono::milliseconds(1000 + i % 100), polls);
  }
  co_await join_all(std::move(sleeps));
  co_return polls;
}

bool join_demo(const demo::Options&) {
  const demo::WaitingFor waiting("all that were joined", std::chrono::minutes(5));
  const auto breakfast = run_async_main(breakfast_of_two_futures(), RuntimeFlavor::current_thread);
  println("join of three: ", breakfast.coffee, " and ", breakfast.toasts, " toasts after ",
          demo::whole_seconds(breakfast.took), " s");
  const std::size_t polls = run_async_main(polls_of_many(10'000), RuntimeFlavor::current_thread);
  println("join_all of 10000: ", polls, " polls of children");
  // One at the beginning and one when its time has come; fewer only if a time has come before the first poll.
  return breakfast.coffee == "coffee" && breakfast.toasts == 2 && breakfast.took >= 3s && polls <= 20'000;
}

}  // namespace ch07
