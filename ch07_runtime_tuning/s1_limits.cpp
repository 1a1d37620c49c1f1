// s1_limits.cpp -- the demo of 7.1 about what a runtime has by default, and what it cannot have.
#include "ch07_runtime_tuning/s1_limits.hpp"

#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/future/async.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_drivers.hpp"
#include "ch07_runtime_tuning/s1_threads.hpp"

namespace ch07 {

using demo::println;

bool builder_limits_demo(const demo::Options& options) {
  bool kept = true;
  {
    const Runtime runtime;
    const auto of_worker = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
    const std::string name = block_on(runtime.spawn(of_worker)).value();
    const std::size_t stack = block_on(runtime.spawn_blocking(stack_size_here)).value();
    println(
        "Runtime(): one worker for each core: ", demo::shown(options, runtime.metrics().workers, "<cores>"),
        "; they are called ", name, ", with stacks of 2 MiB at least");
    // At least: the system may give a thread the larger stack of one that has ended.
    kept &= stack + (1u << 19) >= 2u << 20 && runtime.metrics().workers == base::available_cores() &&
            name == "runtime-worker";
  }
  // The least stack differs between computers.
  const std::string least = std::to_string(base::least_stack_size());
  for (auto& [given, answer] : impossible_values()) {
    if (const auto at = answer.find(least); at != answer.npos) {
      answer.replace(at, least.size(), demo::shown(options, least, "<bytes>"));
    }
    println(given, ": ", answer.empty() ? "accepted" : answer);
    kept &= !answer.empty();
  }
  return kept;
}

}  // namespace ch07
