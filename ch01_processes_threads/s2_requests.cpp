// s2_requests.cpp -- the demo of 1.2: one request, four in turn, four at once, and how long each took.
#include "ch01_processes_threads/s2_requests.hpp"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <utility>

#include "common/demo/fixed.hpp"
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

std::string ratio(Duration longer, Duration shorter) {
  return demo::fixed(milliseconds(longer) / milliseconds(shorter), 1);
}

// The first that is wrong, or how long all took.
Took took_since(Instant start, std::initializer_list<const Fetched*> all) {
  for (const Fetched* each : all) {
    if (!*each) return std::unexpected(each->error());
  }
  return now() - start;
}

// How long they took. If a reply stays away, says so; so many are waited for one after the other.
Async<Duration> within_patience(const char* what, int in_a_row, Async<Took> requests) {
  const demo::WaitingFor waiting(what, in_a_row * kPatience);
  const auto took = co_await requests;
  co_return demo::or_throw(took);
}

Async<bool> compare_requests(const demo::Options& options) {
  std::string url = options.text("url");
  std::optional<DelayServer> server;
  if (url.empty()) url = server.emplace().url("/posts/1");

  const auto print = [&](const char* what, Duration took) {
    println(what, demo::shown(options, in_milliseconds(took), "<ms>"), " ms");
  };
  const Duration one = co_await within_patience("the reply to a request", 1, one_request(url));
  print("Request took ", one);
  const Duration in_turn = co_await within_patience("four replies in turn", 4, four_in_turn(url));
  print("Four in turn took ", in_turn);
  const Duration joined = co_await within_patience("four replies at once", 1, four_joined(url));
  print("Four at once took ", joined);
  println("in turn / one: ", demo::shown(options, ratio(in_turn, one), "<ratio>"),
          ", at once / one: ", demo::shown(options, ratio(joined, one), "<ratio>"),
          ", in turn / at once: ", demo::shown(options, ratio(in_turn, joined), "<ratio>"));
  // By the clock on the wall no reply comes too early, and how late is the machine's business. A paused clock
  // moves by the server's delays alone.
  const Duration delay = DelayServer::kLikeAWebsite;
  const bool is_exact = one == delay && in_turn == 4 * delay && joined == delay;
  co_return !server || (options.paused ? is_exact : one >= delay && in_turn >= 4 * delay && joined >= delay);
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

std::string in_milliseconds(Duration duration) { return demo::fixed(milliseconds(duration), 0); }

bool requests_demo(const demo::Options& options) {
  return run_async_main(compare_requests(options), RuntimeFlavor::current_thread);
}

}  // namespace ch01
