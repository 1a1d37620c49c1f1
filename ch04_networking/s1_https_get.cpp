// s1_https_get.cpp -- the demo of 4.1: GET over http:// and https://, and who did the work.
#include "ch04_networking/s1_https_get.hpp"

#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/https/census.hpp"

namespace ch04 {
namespace {

using demo::println;

// As a task of the executor. Throws what went wrong: the demo ends with it.
Async<HttpReply> fetch(std::string uri, CustomConnector connector) {
  println("sending request");
  auto reply = co_await https_get(std::move(uri), std::move(connector));
  co_return value_of(std::move(reply));
}

void print(const HttpReply& reply) {
  println("Response status: ", reply.status, " ", reply.reason);
  println(reply.body);
}

bool fetch_from_anywhere(Executor& executor, std::string url) {
  const CustomConnector connector(value_of(block_on(executor.spawn_task(TlsConfig::of_the_system()))));
  print(block_on(executor.spawn_task(fetch(std::move(url), connector))));
  return true;
}

// A GET by hand: what it costs without Beast.
Async<std::string> fetch_without_beast(SocketAddress server) {
  auto connected = co_await TcpStream::connect(server);
  TcpStream tcp = value_of(std::move(connected));
  const std::string request = "GET /census HTTP/1.1\r\nHost: localhost\r\n\r\n";
  (void)co_await tcp.write_all(request);
  (void)tcp.shutdown();
  std::string reply;
  (void)co_await tcp.read_to_string(reply);
  co_return reply;
}

// The server counts when it has the request and the client waits for the reply.
bool nothing_of_asio_runs(Executor& executor, const Site& site, const Census& counted) {
  (void)block_on(executor.spawn_task(fetch_without_beast(site.http_address())));
  const Census without = counted;
  (void)block_on(executor.spawn_task(https_get(site.https("/census", "127.0.0.1"), site.connector())));
  const Census with = counted;
  // Fewer threads: one of the blocking pool's may have ended meanwhile.
  const bool as_many = with.threads <= without.threads && with.epolls == without.epolls &&
                       with.eventfds == without.eventfds && with.timerfds == without.timerfds &&
                       with.others == without.others;
  println(as_many ? "threads, epolls, eventfds, timerfds, files while Beast waits: as many as without it"
                  : "without Beast: " + without.to_string() + "; with it: " + with.to_string());
  return as_many;
}

}  // namespace

bool https_get_demo(const demo::Options& options) {
  const SystemClock real_time;  // also with --speed: the limit of a GET is for what stands still
  const demo::WaitingFor waiting("the reply to a GET", std::chrono::seconds(45));
  Census counted;
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
  if (!options.text("url").empty()) return fetch_from_anywhere(executor, std::string(options.text("url")));

  Script script;
  script["/hello"] = ScriptedReply(ok_reply("Hello from a server on loopback"));
  script["/census"] = ScriptedReply([&counted] {
    counted = Census::now();
    return ok_reply("counted");
  });
  const Site site(executor, script);
  bool all = true;
  for (const bool tls : {false, true}) {
    const std::string uri = tls ? site.https("/hello") : site.http("/hello");
    println("GET ", demo::shown(options, uri,
                                tls ? "https://localhost:<port>/hello" : "http://localhost:<port>/hello"));
    const HttpReply reply = block_on(executor.spawn_task(fetch(uri, site.connector())));
    print(reply);
    all = all && reply.status == 200 && reply.body == "Hello from a server on loopback";
  }
  return nothing_of_asio_runs(executor, site, counted) && all;
}

}  // namespace ch04
