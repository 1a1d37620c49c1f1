// mock_server.cpp -- the mock server's connections, and the thread on which they may run.
#include "common/testing/mock_server.hpp"

#include <exception>
#include <expected>
#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

#include "common/base/thread.hpp"
#include "common/io/http/message_reader.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/runtime/builder.hpp"
#include "common/runtime/join_set.hpp"
#include "common/sync/notify.hpp"
#include "common/testing/mock_board.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using detail::MockBoard;
using Board = std::shared_ptr<MockBoard>;

const char* reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Told By A Test";
  }
}

bool asks_to_close(const http::Request& request) {
  const std::string* const connection = request.fields.find("Connection");
  return request.minor_version == 0 ||
         (connection != nullptr && http::equal_ignoring_case(*connection, "close"));
}

// HEAD is told how long the body would be, and does not get it.
std::string text_for(const http::Request& request, const http::Response& answer) {
  std::string text = answer.to_text();
  if (request.method == "HEAD") text.resize(text.find("\r\n\r\n") + 4);
  return text;
}

Async<> serve_connection(TcpStream stream, Board board) {
  http::MessageReader<http::Request, TcpStream> requests(stream);
  for (;;) {
    const auto request = co_await requests.next();
    if (!request) {
      // Where the client broke off, that is the client's business.
      if (request.error().code().category() != make_error_code(http::Errc::bad_line).category()) co_return;
      board->add_unmatched("no HTTP: " + request.error().message());
      const std::string refusal = http::Response(400, reason_of(400)).to_text();
      (void)co_await stream.write_all(refusal);
      co_return;
    }
    if (!request->has_value()) co_return;
    http::Response answer = board->answer(**request);
    const bool is_last = asks_to_close(**request);
    if (is_last && answer.fields.find("Connection") == nullptr) answer.fields.add("Connection", "close");
    const std::string text = text_for(**request, answer);
    const auto sent = co_await stream.write_all(text);
    if (!sent || is_last) co_return;
  }
}

// Dropping it drops all connections. (Those that have ended stay in the set: a test has not many.)
Async<> accept_connections(TcpListener listener, Board board) {
  JoinSet<> connections;
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) {
      board->add_unmatched("no connection: " + accepted.error().message());
      co_return;
    }
    connections.spawn(serve_connection, std::move(accepted->first), board);
  }
}

[[noreturn]] void cannot_listen(const std::string& why) {
  throw std::runtime_error("a mock server cannot listen: " + why);
}

}  // namespace

// A thread with a runtime, on which the server runs until it is told to stop. It takes no part in its maker's
// clock.
class detail::MockThread {
 public:
  explicit MockThread(const Board& board) : thread_(base::Bystander{}, [this, board] { run(board); }) {}
  MockThread(const MockThread&) = delete;
  MockThread& operator=(const MockThread&) = delete;
  ~MockThread() { stop_.notify_one(); }

  // To a paused clock whoever waits here is busy.
  [[nodiscard]] std::expected<SocketAddress, std::string> wait_until_it_listens() {
    auto address = address_.lock();
    address.wait(told_, [](const Address& now) { return now.has_value(); });
    return **address;
  }

 private:
  using Address = std::optional<std::expected<SocketAddress, std::string>>;

  void run(const Board& board) noexcept {
    try {
      const Runtime runtime = Builder::new_current_thread().enable_all().build();
      runtime.block_on([&] { return serve_until_stopped(board); });
    } catch (const std::exception& error) {
      tell(std::unexpected(std::string(error.what())));
    }
  }

  Async<> serve_until_stopped(Board board) {
    auto listener = TcpListener::bind("127.0.0.1:0");
    if (!listener) {
      tell(std::unexpected(listener.error().message()));
      co_return;
    }
    const auto address = listener->local_address();
    auto accepting = spawn(accept_connections, std::move(*listener), board);
    tell(*address);
    co_await stop_.notified();
  }

  void tell(std::expected<SocketAddress, std::string> address) {
    *address_.lock() = std::move(address);
    told_.notify_all();
  }

  base::Locked<Address> address_;
  base::ConditionVariable told_;
  Notify stop_;
  base::Thread thread_;  // last: it uses what stands above, and is joined first
};

Mock::Mock(Board board, std::size_t number) : board_(std::move(board)), number_(number) {}

std::size_t Mock::calls() const { return board_->calls(number_); }

void Mock::verify(std::source_location where) const {
  if (const auto wrong = board_->wrong(number_, std::nullopt)) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << *wrong;
  }
}
void Mock::assert_called(std::size_t times, std::source_location where) const {
  if (const auto wrong = board_->wrong(number_, times)) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << *wrong;
  }
}

MockBuilder::MockBuilder(Board board, std::string method, std::string path)
    : board_(std::move(board)),
      method_(std::move(method)),
      path_(std::move(path)),
      answer_(200, reason_of(200)) {
  if (!http::is_token(method_))
    throw std::invalid_argument("a mock's method is one word, not \"" + method_ + "\"");
  if (!path_.starts_with('/') || path_.find_first_of("?# \r\n") != path_.npos) {
    throw std::invalid_argument("a mock's path begins with / and has no query (match_query has), not \"" +
                                path_ + "\"");
  }
}

MockBuilder& MockBuilder::match_query(Query query) {
  query_ = std::move(query);
  return *this;
}
MockBuilder& MockBuilder::with_status(int status) {
  if (status < 200 || status > 599) {
    throw std::invalid_argument("a mock's status is one of 200 to 599, not " + std::to_string(status));
  }
  answer_.status = status;
  answer_.reason = reason_of(status);
  return *this;
}
MockBuilder& MockBuilder::with_header(std::string name, std::string value) {
  if (http::equal_ignoring_case(name, "Content-Length") ||
      http::equal_ignoring_case(name, "Transfer-Encoding")) {
    throw std::invalid_argument("a mock's " + name + " follows from its body");
  }
  answer_.fields.add(std::move(name), std::move(value));
  return *this;
}
MockBuilder& MockBuilder::with_body(std::string body) {
  answer_.body = std::move(body);
  return *this;
}
MockBuilder& MockBuilder::expect(std::size_t calls) {
  expected_ = calls;
  return *this;
}

Mock MockBuilder::create() {
  if (answer_.has_no_body() && !answer_.body.empty()) {
    throw std::invalid_argument("a mock with status " + std::to_string(answer_.status) + " has no body");
  }
  const std::size_t number = board_->add(
      {.method = method_, .path = path_, .query = query_, .answer = answer_, .expected = expected_});
  return Mock(board_, number);
}

MockServer::MockServer()
    : board_(std::make_shared<MockBoard>()), thread_(std::make_unique<detail::MockThread>(board_)) {
  const auto address = thread_->wait_until_it_listens();
  if (!address) cannot_listen(address.error());
  address_ = *address;
}

MockServer::MockServer(const Handle& runtime) : board_(std::make_shared<MockBoard>()) {
  const auto in_the_runtime = runtime.enter();
  auto listener = TcpListener::bind("127.0.0.1:0");
  if (!listener) cannot_listen(listener.error().message());
  address_ = *listener->local_address();
  accepting_ = spawn(accept_connections, std::move(*listener), board_);
}

MockServer::~MockServer() {
  if (accepting_) accepting_->abort();
}

std::string MockServer::url() const { return "http://" + address_.to_string(); }

MockBuilder MockServer::mock(std::string method, std::string path) {
  return MockBuilder(board_, std::move(method), std::move(path));
}

std::vector<std::string> MockServer::unmatched() const { return board_->unmatched(); }

}  // namespace async::inline ASYNC_FLAVOUR
