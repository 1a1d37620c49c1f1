// mock_server.hpp -- MockServer: an HTTP/1.1 server for one test: answers as it is told, and counts.
//
//   MockServer server;                                        // on a port that the system has chosen
//   const Mock mock = server.mock("GET", "/my-endpoint")
//                         .match_query(Query::all_of({{"param1", "value1"}, {"param2", "value2"}}))
//                         .with_status(201).with_body("world").expect(5).create();
//   ask(server.url() + "/my-endpoint?param1=value1&param2=value2");
//   mock.verify();                                  // fails the test unless it was called five times
//
// A request is answered by the first mock that fits it and still expects calls; else by the last one that
// fits. So two mocks of one path are two answers, one after the other. What fits none gets 501, and is told
// by verify(). A connection stays open for more requests unless it is asked to close. Two clients are served
// at the same time.
//
// MockServer() has a thread and a runtime of its own, and real time: for any test. MockServer(runtime) runs
// its tasks there: with a client on the same runtime and a paused clock nothing is left to chance. While it
// lives somebody may connect, so a paused clock sees no stall; a test that stands still is late.
//
// Thread safety: every function from any thread. Lifetime: a Mock may outlive its server. At its end the
// server drops all connections, whatever their clients are at; it waits for its thread alone.
// Errors: std::runtime_error if it cannot listen; std::invalid_argument for a mock that cannot be.
// (The book uses mockito: Testing Network Interactions, row 11.6.)
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "common/io/http/message.hpp"
#include "common/io/socket_address.hpp"
#include "common/runtime/handle.hpp"
#include "common/testing/query.hpp"

namespace async::inline ASYNC_FLAVOUR {

namespace detail {
class MockBoard;
class MockThread;
}  // namespace detail

// One answer, and how often it was given.
class Mock {
 public:
  [[nodiscard]] std::size_t calls() const;

  // Fails the test at the caller's line, unless it was called as often as expect() says: else once.
  void verify(std::source_location where = std::source_location::current()) const;
  // The same with a number of its own.
  void assert_called(std::size_t times, std::source_location where = std::source_location::current()) const;

 private:
  friend class MockBuilder;
  Mock(std::shared_ptr<detail::MockBoard> board, std::size_t number);

  std::shared_ptr<detail::MockBoard> board_;
  std::size_t number_;
};

class MockBuilder {
 public:
  MockBuilder& match_query(Query query);
  MockBuilder& with_status(int status);  // default: 200
  MockBuilder& with_header(std::string name, std::string value);
  MockBuilder& with_body(std::string body);
  MockBuilder& expect(std::size_t calls);  // default: 1

  // From here on the server answers so.
  [[nodiscard("a mock that nobody verifies")]] Mock create();

 private:
  friend class MockServer;
  MockBuilder(std::shared_ptr<detail::MockBoard> board, std::string method, std::string path);

  std::shared_ptr<detail::MockBoard> board_;
  std::string method_, path_;
  Query query_;
  http::Response answer_;
  std::size_t expected_ = 1;
};

class MockServer {
 public:
  MockServer();
  explicit MockServer(const Handle& runtime);
  MockServer(const MockServer&) = delete;
  MockServer& operator=(const MockServer&) = delete;
  ~MockServer();

  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:40123"
  [[nodiscard]] SocketAddress address() const { return address_; }

  // The path without a query.
  [[nodiscard]] MockBuilder mock(std::string method, std::string path);

  // What was answered with 501, or was no HTTP, in the order in which it came: "GET /other?x=y".
  [[nodiscard]] std::vector<std::string> unmatched() const;

 private:
  std::shared_ptr<detail::MockBoard> board_;
  SocketAddress address_;
  std::unique_ptr<detail::MockThread> thread_;  // null on a runtime of somebody else's
  std::optional<JoinHandle<>> accepting_;       // there
};

}  // namespace async::inline ASYNC_FLAVOUR
