// s8_delayed_fetch.cpp -- the demo of 1.8: the fetch begins first, the login is there first.
#include "ch01_processes_threads/s8_delayed_fetch.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "common/demo/fixed.hpp"
#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s2_delay_server.hpp"
#include "ch01_processes_threads/s2_requests.hpp"

namespace ch01 {
namespace {

using demo::println;

constexpr std::chrono::seconds kAsked{5};

Async<bool> fetch_and_login(const demo::Options& options) {
  std::string url = options.text("url");
  std::optional<DelayServer> server;
  if (url.empty()) url = server.emplace().url("/delay/" + std::to_string(kAsked.count()));

  const Instant start = now();
  const auto [posts, login] = co_await join(fetch_data(url), calculate_last_login());
  const Duration took = now() - start;
  Response response = demo::or_throw(posts);
  const bool is_what_was_asked = response.url == url;
  // The same text, but for the port.
  if (server)
    response.url = "http://127.0.0.1:" + demo::shown(options, server->port(), "<port>") + "/delay/5";
  println("Fetched Ok(", to_text(response), ")");
  println("Time taken: ",
          demo::shown(options, demo::fixed(std::chrono::duration<double>(took).count(), 2), "<s>"), " s");
  // Joined, the login's second is one of the five. That it is no sixth only a paused clock can tell: it adds
  // nothing of its own.
  co_return !server || (is_what_was_asked && (options.paused ? took == kAsked : took >= kAsked));
}

}  // namespace

Async<std::expected<Response, std::string>> fetch_data(std::string url) {
  const auto body = co_await fetch(std::move(url));
  if (!body) co_return std::unexpected(body.error());
  co_return parse_response(*body);
}

Async<> calculate_last_login() {
  co_await sleep(std::chrono::seconds(1));
  println("Logged in 2 days ago");
}

bool delayed_fetch_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a reply that takes 5 s, and a login that takes 1 s", kPatience);
  return run_async_main(fetch_and_login(options), RuntimeFlavor::current_thread);
}

}  // namespace ch01
