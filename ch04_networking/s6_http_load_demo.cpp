// s6_http_load_demo.cpp -- the demo of 4.6 under load: the same server on the runtime.
//
// With --interactive it serves until Ctrl-C, for a wrk of yours.
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/system_clock.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/s6_ctrl_c.hpp"
#include "ch04_networking/s6_http_load.hpp"
#include "ch04_networking/s6_http_server.hpp"

namespace ch04 {
namespace {

using demo::println;

bool load_it(const demo::Options& options, const async::Runtime& runtime, Driver& driver,
             SocketAddress address) {
  const Load load{.connections = options.count("connections"),
                  .requests = options.count("requests"),
                  .ahead = options.count("ahead")};
  const std::size_t requests = load.connections * load.requests;
  // What one request may take, on a slow machine.
  const auto work = std::chrono::microseconds(200) * static_cast<std::int64_t>(requests);
  const demo::WaitingFor waiting("answers to " + std::to_string(requests) + " requests",
                                 std::chrono::seconds(20) + work);
  println(load.connections, " connections at once, ", load.requests, " requests on each, sent ", load.ahead,
          " at a time");
  const auto start = std::chrono::steady_clock::now();  // real time: this is about the machine
  const LoadResult result = runtime.block_on(http_load(driver, address, load));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  println("answered: ", result.answered, ", failed: ", result.failed);
  if (result.failed != 0) println("the first failure: ", result.first_failure);
  println("that is ",
          demo::shown(options, static_cast<long>(static_cast<double>(result.answered) / took.count()), "<n>"),
          " requests a second, with client and server on this machine");
  return result.answered == requests && result.failed == 0;
}

}  // namespace

bool http_load_demo(const demo::Options& options) {
  // Both ends of each connection are in this process, and there is more.
  value_of(allow_descriptors(2 * options.count("connections") + 64));
  // Also with --speed, which would divide the server's limits: a thousand connections would have six seconds each.
  const SystemClock real_time;
  auto listener =
      value_of(listen_on(SocketAddress::loopback(static_cast<std::uint16_t>(options.count("port")))));
  const SocketAddress address = value_of(local_address(listener.get()));
  Driver driver;
  // The runtime's own reactor stays off: the sockets are the driver's.
  HttpServer server({.spawn = [](Async<> connection) { spawn(std::move(connection)).detach(); }});
  async::Runtime runtime = Builder::new_multi_thread().enable_time().build();
  auto serving = runtime.spawn(server.serve(value_of(Socket::add(driver, std::move(listener)))));
  if (options.interactive) {
    CtrlC ctrl_c;
    println("try: wrk -c 1000 -t 2 -d 5 http://", address.to_string(), "/   Ctrl-C ends it");
    ctrl_c.wait();
    println("connections: ", server.connections(), ", requests: ", server.requests());
    return true;
  }
  const bool kept = load_it(options, runtime, driver, address);
  println("the server saw ", server.connections(), " connections and ", server.requests(), " requests");
  return kept && !serving.is_finished();
}

}  // namespace ch04
