// s2_requests.cpp -- the demo of 1.2: one request, four in turn, four at once, and how long each took.
#include "ch01_processes_threads/s2_requests.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"
#include "common/io/http.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s2_delay_server.hpp"

namespace ch01 {
namespace {

using demo::println;

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

std::string rounded(double number, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string ratio(Duration longer, Duration shorter) {
  return rounded(milliseconds(longer) / milliseconds(shorter), 1);
}

// The first that is wrong, or how long all took.
Took took_since(Instant start, std::initializer_list<const Fetched*> all) {
  for (const Fetched* each : all) {
    if (!*each) return std::unexpected(each->error());
  }
  return now() - start;
}

Async<bool> compare_requests(const demo::Options& options) {
  std::string url = options.text("url");
  std::optional<DelayServer> server;
  if (url.empty()) url = server.emplace().url("/posts/1");

  const auto print = [&](const char* what, Duration took) {
    println(what, demo::shown(options, rounded(milliseconds(took), 0), "<ms>"), " ms");
  };
  const auto one_took = co_await one_request(url);
  const Duration one = demo::or_throw(one_took);
  print("Request took ", one);
  const auto turn_took = co_await four_in_turn(url);
  const Duration in_turn = demo::or_throw(turn_took);
  print("Four in turn took ", in_turn);
  const auto joined_took = co_await four_joined(url);
  const Duration joined = demo::or_throw(joined_took);
  print("Four at once took ", joined);
  println("in turn / one: ", demo::shown(options, ratio(in_turn, one), "<ratio>"),
          ", at once / one: ", demo::shown(options, ratio(joined, one), "<ratio>"),
          ", in turn / at once: ", demo::shown(options, ratio(in_turn, joined), "<ratio>"));
  // No reply comes too early. How late is the machine's business.
  const Duration delay = DelayServer::kLikeAWebsite;
  co_return !server || (one >= delay && in_turn >= 4 * delay && joined >= delay);
}

}  // namespace

Async<Fetched> fetch(std::string url) {
  const auto reply = co_await http::get(url);
  if (!reply) co_return std::unexpected(reply.error().message());
  if (!reply->is_success())
    co_return std::unexpected("GET " + url + ": Status: " + std::to_string(reply->status) + " " +
                              reply->reason);
  co_return reply->body;
}

Async<Took> one_request(std::string url) {
  const Instant start = now();
  const auto first = co_await fetch(url);
  co_return took_since(start, {&first});
}

Async<Took> four_in_turn(std::string url) {
  const Instant start = now();
  const auto first = co_await fetch(url);
  const auto second = co_await fetch(url);
  const auto third = co_await fetch(url);
  const auto fourth = co_await fetch(url);
  co_return took_since(start, {&first, &second, &third, &fourth});
}

Async<Took> four_joined(std::string url) {
  const Instant start = now();
  const auto [first, second, third, fourth] = co_await join(fetch(url), fetch(url), fetch(url), fetch(url));
  co_return took_since(start, {&first, &second, &third, &fourth});
}

bool requests_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the replies to nine requests");
  return run_async_main(compare_requests(options), RuntimeFlavor::current_thread);
}

}  // namespace ch01
