// s6_http_server.hpp -- HttpServer: an accept loop, and a task for each connection, which speaks HTTP/1.1.
//
//   Driver driver;
//   HttpServer server({.spawn = [&](Async<> future) { executor.spawn_task(std::move(future)).detach(); }});
//   auto serving = executor.spawn_task(server.serve(*Socket::add(driver, std::move(listener))));
//
// What it answers: GET / with a greeting, GET /echo/WORDS with the words, everything else with 404; HEAD with
// the same head and no body. curl, browsers and wrk can talk to it: connections are kept, requests that were
// sent ahead (pipelined) are answered in their order and in as few writes as possible. Left out: bodies of
// requests, TLS, and the Date that a server with a clock should send.
//
// Who runs the tasks is the `spawn` that it is given: chapter 3's executor, under load chapter 7's runtime.
//
// What it does not do is wait for ever: a peer that begins a request and does not finish it, says
// nothing at all, or does not read its answer, has so much time (Limits), by the clock of the task.
// Only the first of the three is told: 408. A peer that sends without a pause keeps a thread of chapter
// 3's executor busy, which lets a task run as long as it does not wait; the runtime interrupts it after
// some awaits (common/future/budget.hpp).
//
// Thread safety: the counters from any thread. Lifetime: made before the executor: outlives all connections.
// Errors: a connection's are its own end. serve() ends with what accept says, except for want of descriptors:
//   then it waits for a moment, in which connections stand in the system's queue.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "common/base/atomic.hpp"
#include "common/future/async.hpp"
#include "common/time/clock.hpp"

#include "ch04_networking/s6_driver.hpp"
#include "ch04_networking/s6_http_request.hpp"

namespace ch04 {

class HttpServer {
 public:
  struct Limits {
    Duration request = std::chrono::seconds(10);  // from a request's first byte to its last
    Duration idle = std::chrono::seconds(60);     // between two requests
    Duration answer = std::chrono::seconds(30);   // until the peer has made room for the answers
    Duration farewell = std::chrono::seconds(2);  // for what the peer still sends after the last answer
    Duration backs_off = std::chrono::milliseconds(50);
  };
  struct Settings {
    std::function<void(Async<>)> spawn;
    Limits limits = Limits();
  };

  explicit HttpServer(Settings settings) : spawn_(std::move(settings.spawn)), limits_(settings.limits) {}
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Accepts until it is dropped, which the connections survive.
  [[nodiscard]] Async<IoResult<void>> serve(Socket listener);

  // relaxed, all of them: numbers to look at; nothing else is read on the strength of them.
  [[nodiscard]] std::size_t connections() const { return connections_.load(base::relaxed); }
  [[nodiscard]] std::size_t requests() const { return requests_.load(base::relaxed); }
  [[nodiscard]] std::size_t backed_off() const { return backed_off_.load(base::relaxed); }

 private:
  [[nodiscard]] Async<> serve_connection(Socket socket);
  // Of the requests that are there, as many as fit into one write. False: the connection ends after them.
  [[nodiscard]] bool answer(RequestReader& reader, std::string& answers);
  [[nodiscard]] Async<bool> receive(Socket& socket, std::span<char> buffer, RequestReader& reader,
                                    Instant deadline);
  [[nodiscard]] Async<bool> send(Socket& socket, std::string& answers);
  [[nodiscard]] Async<> part(Socket& socket);

  const std::function<void(Async<>)> spawn_;
  const Limits limits_;
  base::Atomic<std::size_t> connections_ = 0;
  base::Atomic<std::size_t> requests_ = 0;
  base::Atomic<std::size_t> backed_off_ = 0;
};

}  // namespace ch04
