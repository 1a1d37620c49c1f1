// s2_people.cpp -- the demo: how long two and three people take, by the clock of the demo.
#include "ch02_futures/s2_people.hpp"

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch02_futures/demo_support.hpp"

namespace ch02::people {

bool people_demo(const demo::Options& options) {
  Executor executor;
  const auto time_it = [&](const char* what, Async<> people) {
    const Instant start = now();
    const demo::WaitingFor waiting("breakfast for all", std::chrono::minutes(2));
    executor.block_on(std::move(people));
    const Duration elapsed = now() - start;
    demo::println(what, ": ", demo::whole_seconds(elapsed), " seconds");
    return elapsed;
  };
  const Duration in_turn = time_it("two people, one after the other", one_by_one(executor, 2));
  const Duration two = time_it("two people at once", all_at_once(executor, 2));
  const Duration three = time_it("three people at once", all_at_once(executor, 3));
  return took(options, in_turn, 36s) && took(options, two, 28100ms) && took(options, three, 42100ms);
}

}  // namespace ch02::people
