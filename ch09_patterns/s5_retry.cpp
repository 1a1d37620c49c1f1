// s5_retry.cpp -- the demo of 9.5: data that never comes, five tries, and when they are.
#include "ch09_patterns/s5_retry.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch09_patterns/demos.hpp"

namespace ch09 {
namespace {

using demo::println;
using Data = std::expected<std::string, std::string>;
using std::chrono::seconds;

// The book's: it always fails. Keeps when it was called.
Async<Data> get_data(std::vector<Instant>& calls) {
  calls.push_back(now());
  co_return std::unexpected("Error");
}

Async<Data> do_something(unsigned tries, std::vector<Instant>& calls) {
  const auto call = [&calls] { return get_data(calls); };
  const auto again = [](const std::string& error) {
    println("Error: ", error);
    return true;
  };
  auto retrying = retry(Backoff({.first = seconds(1), .tries = tries}), call, again);
  auto data = co_await std::move(retrying);
  co_return data;
}

}  // namespace

bool retry_demo(const demo::Options& options) {
  const auto tries = static_cast<unsigned>(options.count("tries"));
  const demo::WaitingFor waiting("the last try",
                                 seconds(20) + options.limit(seconds(std::int64_t{1} << tries)));
  std::vector<Instant> calls;
  const Data outcome =
      run_async_main([&] { return do_something(tries, calls); }, RuntimeFlavor::current_thread);
  println("Outcome: ", outcome ? "Ok(\"" + *outcome + "\")" : "Err(\"" + outcome.error() + "\")");

  std::string delays;
  bool doubled = true;
  for (std::size_t i = 1; i < calls.size(); ++i) {
    const Duration delay = calls[i] - calls[i - 1], promised = seconds(std::int64_t{1} << (i - 1));
    delays += " " + std::to_string(demo::whole_seconds(delay));
    doubled = doubled && (options.paused ? delay == promised : delay >= promised);
  }
  println("seconds between the tries:", delays.empty() ? " there was one" : delays);
  return !outcome && calls.size() == tries && doubled;
}

}  // namespace ch09
