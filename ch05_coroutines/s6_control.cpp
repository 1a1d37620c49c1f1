// s6_control.cpp -- the demos of 5.6: ten under control, the same as a future, two sent to a thread.
#include "ch05_coroutines/s6_control.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/executor/priority_executor.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/s6_nesting_future.hpp"

namespace ch05 {
namespace {

using namespace std::chrono_literals;
using async::demo::println;

constexpr int kCutoffs[] = {9, 5, 1};

// What `count` coroutines yield until each has died, said without any of them: the numbers themselves.
long expected_total(std::size_t count, std::uint64_t seed, int cutoff) {
  SmallRng seeds(seed);
  long total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    SmallRng rng(seeds.next());
    int value = 0;
    do {
      value = rng.up_to(10);
      total += value;
    } while (value >= cutoff);
  }
  return total;
}

void print(int cutoff, const Controlled& controlled) {
  println("who yields less than ", cutoff, " is dead: total ", controlled.total, " after ",
          controlled.resumes, " resumes");
}

}  // namespace

bool control_demo(const demo::Options& options) {
  bool as_expected = true;
  for (const int cutoff : kCutoffs) {
    auto coroutines = rand_coroutines(10, options.seed);
    const Controlled controlled = control(coroutines, cutoff);
    print(cutoff, controlled);
    as_expected &= controlled.total == expected_total(10, options.seed, cutoff);
  }
  return as_expected;
}

bool nesting_future_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a future that controls ten others");
  PriorityExecutor executor({.high = 1, .low = 1});
  bool as_expected = true;
  for (const int cutoff : kCutoffs) {
    NestingFuture nesting(ControllingFuture(rand_coroutines(10, options.seed), cutoff));
    const auto [controlled] = PriorityExecutor::join(executor.spawn_task(std::move(nesting)));
    print(cutoff, controlled);
    as_expected &= controlled.total == expected_total(10, options.seed, cutoff);
  }
  return as_expected;
}

bool other_thread_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a thread to resume two coroutines");
  auto here = rand_coroutines(2, options.seed);
  const std::array<int, 2> expected{here[0].resume().yielded(), here[1].resume().yielded()};

  std::vector<int> yielded;
  auto [sender, receiver] = unbounded<RandCoroutine>();
  base::Thread thread("receiver", [from = receiver, &yielded] {
    for (RandCoroutine coroutine : from) {
      yielded.push_back(coroutine.resume().yielded());
      println("Coroutine yielded: ", yielded.back());
    }
  });
  blocking_sleep(1s);
  for (RandCoroutine& coroutine : rand_coroutines(2, options.seed)) (void)sender.send(std::move(coroutine));
  blocking_sleep(1s);
  sender.close();
  thread.join();
  println("here they would have yielded ", expected[0], " and ", expected[1]);
  return yielded == std::vector(expected.begin(), expected.end());
}

}  // namespace ch05
