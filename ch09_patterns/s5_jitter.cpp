// s5_jitter.cpp -- the demo of 9.5, beyond the book: a cap, jitter, and a hundred clients.
#include "ch09_patterns/s5_jitter.hpp"

#include <algorithm>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch09_patterns/demos.hpp"
#include "ch09_patterns/s5_retry.hpp"

namespace ch09 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// How many requests came in each tenth of a second; without the first one of each client.
using Requests = base::Locked<std::map<std::int64_t, std::size_t>>;

Async<> client(std::shared_ptr<Requests> requests, BackoffOptions options) {
  using Reply = std::expected<void, std::string>;
  bool is_first = true;
  const auto request = [&requests, &is_first]() -> Async<Reply> {
    if (!std::exchange(is_first, false)) ++(*requests->lock())[now().time_since_epoch() / 100ms];
    co_return std::unexpected("down");
  };
  auto retrying = retry(Backoff(options), request, [](const std::string&) { return true; });
  (void)co_await std::move(retrying);
}

std::string in_milliseconds(BackoffOptions options) {
  Backoff backoff(options);
  std::string line;
  while (const auto delay = backoff.next()) {
    line += " " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*delay).count());
  }
  return line;
}

}  // namespace

Async<std::size_t> most_at_once(std::size_t clients, BackoffOptions options) {
  const auto requests = std::make_shared<Requests>();
  std::vector<JoinHandle<>> handles;
  for (std::size_t i = 0; i < clients; ++i) {
    handles.push_back(spawn(client, requests, options));
    if (options.seed) ++*options.seed;
  }
  for (auto& handle : handles) (void)co_await handle;
  std::size_t most = 0;
  for (const auto& [tenth, count] : *requests->lock()) most = std::max(most, count);
  co_return most;
}

bool jitter_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a crowd of clients", 20s + options.limit(14s));  // twice 1 + 2 + 4 s
  const std::size_t clients = options.count("clients");
  BackoffOptions backoff{.tries = 8, .seed = options.seed};
  println("ms between eight tries:", in_milliseconds(backoff));
  backoff.cap = 10s;
  println("with a cap of 10 s:", in_milliseconds(backoff));
  backoff.jitter_percent = 50;
  println("and half of it jitter:", in_milliseconds(backoff));
  backoff.jitter_percent = 100;
  println("and all of it jitter:", in_milliseconds(backoff));

  const auto run = [&](unsigned jitter_percent) {
    const BackoffOptions four{.tries = 4, .jitter_percent = jitter_percent, .seed = options.seed};
    return run_async_main(most_at_once(clients, four), RuntimeFlavor::current_thread);
  };
  const std::size_t together = run(0), spread = run(100);
  println(clients, " clients fail at once; how many come back in one tenth of a second, at most:");
  println("  without jitter ", together, ", with jitter ", spread);
  // A few clients may meet by chance.
  return !options.paused || (together == clients && (spread < clients || clients < 20));
}

}  // namespace ch09
