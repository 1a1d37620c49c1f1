// https_get.cpp -- the GET with Beast: the one file that includes it.
#include "ch04_networking/https/https_get.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <expected>
#include <optional>

#include "common/time/timeout.hpp"

#include "ch04_networking/https/as_future.hpp"
#include "ch04_networking/https/asio_stream.hpp"
#include "ch04_networking/https/https_error.hpp"
#include "ch04_networking/s2_without_executor.hpp"

namespace ch04 {
namespace {

namespace http = boost::beast::http;

// A field of more than that is no error of Beast's: it throws.
constexpr std::size_t kMostHeaderBytes = 64 * 1024;

HttpReply reply_of(http::response<http::string_body> message) {
  HttpReply reply;
  reply.status = message.result_int();
  reply.reason = std::string(message.reason());
  for (const auto& field : message) reply.headers.emplace_back(field.name_string(), field.value());
  reply.body = std::move(message.body());
  return reply;
}

// Sends the request and reads the reply, over any stream that Asio knows.
template <class Stream>
Async<std::expected<HttpReply, error_code>> exchange(Stream& stream, PolledContext& context, Uri uri,
                                                     GetLimits limits) {
  http::request<http::empty_body> request(http::verb::get, uri.target(), 11);  // HTTP/1.1
  request.set(http::field::host, uri.authority());
  request.set(http::field::user_agent, "async-cpp");
  request.set(http::field::accept, "*/*");
  request.keep_alive(false);
  const auto sent = co_await http::async_write(stream, request, AsFuture(context));
  if (!sent) co_return std::unexpected(sent.error());

  const std::size_t header_bytes = std::min(limits.header_bytes, kMostHeaderBytes);
  // Its limit holds where the parser has none: for the line of a chunk, and for trailers.
  boost::beast::flat_buffer buffer(header_bytes);
  std::optional<http::response_parser<http::string_body>> parser;
  do {  // "103 Early Hints": the reply is still to come
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(header_bytes));
    parser->body_limit(limits.body_bytes);
    // Without the body: where both come at once, Beast 1.74 forgets that Content-Length was over the limit.
    const auto begun = co_await http::async_read_header(stream, buffer, *parser, AsFuture(context));
    if (!begun) co_return std::unexpected(begun.error());
  } while (parser->get().result_int() / 100 == 1);
  const auto received = co_await http::async_read(stream, buffer, *parser, AsFuture(context));
  if (!received) co_return std::unexpected(received.error());
  co_return reply_of(parser->release());
}

std::error_code in_our_words(const error_code& error) {
  if (error == asio::error::eof) return make_error_code(HttpsErrc::reply_cut);
  if (error.category() != make_error_code(http::error::end_of_stream).category()) return error;
  switch (static_cast<http::error>(error.value())) {
    case http::error::end_of_stream:
    case http::error::partial_message: return make_error_code(HttpsErrc::reply_cut);
    case http::error::header_limit:
    case http::error::buffer_overflow: return make_error_code(HttpsErrc::no_end_of_headers);
    case http::error::body_limit: return make_error_code(HttpsErrc::body_too_long);
    case http::error::bad_chunk:
    case http::error::bad_chunk_extension: return make_error_code(HttpsErrc::bad_chunk);
    default: return make_error_code(HttpsErrc::not_http);
  }
}

// What the stream says is more than the number that Asio was given.
std::error_code why_it_failed(const error_code& error, const AsioStream& stream) {
  if (!stream.failure()) return in_our_words(error);
  return stream.failure()->is(IoErrc::unexpected_end) ? make_error_code(HttpsErrc::reply_cut)
                                                      : stream.failure()->code();
}

Async<IoResult<HttpReply>> get_without_limit(Uri uri, CustomConnector connector, GetLimits limits) {
  auto connected = co_await connector.connect(uri);
  if (!connected) co_return std::unexpected(connected.error());
  PolledContext context;
  AsioStream stream(context, std::move(*connected));
  auto reply = co_await exchange(stream, context, uri, limits);
  if (!reply)
    co_return std::unexpected(IoError(why_it_failed(reply.error(), stream), "GET " + uri.to_string()));
  // In good order. That it fails where the server has gone already is of no interest: the reply is here.
  (void)co_await stream.stream().shutdown();
  co_return std::move(*reply);
}

}  // namespace

Async<IoResult<HttpReply>> https_get(std::string uri, CustomConnector connector, GetLimits limits) {
  const auto parsed = Uri::parse(uri);
  if (!parsed) co_return std::unexpected(parsed.error());
  auto getting = get_without_limit(*parsed, std::move(connector), limits);
  auto reply = co_await timeout(limits.time, std::move(getting));
  if (!reply)
    co_return std::unexpected(IoError(make_error_code(HttpsErrc::took_too_long),
                                      "GET " + parsed->to_string() + " " + reply.error().message()));
  co_return std::move(*reply);
}

Async<IoResult<HttpReply>> https_get_without_executor(SocketAddress server, Uri uri) {
  asio::io_context nobody_runs_this;
  asio::ip::tcp::socket stream(nobody_runs_this);
  PolledContext context;
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(server.ip()), server.port());
  const auto connected = co_await stream.async_connect(endpoint, AsFuture(context));
  if (!connected) co_return std::unexpected(IoError(connected.error(), "connect to " + server.to_string()));
  auto reply = co_await exchange(stream, context, uri, GetLimits());
  if (!reply) co_return std::unexpected(IoError(in_our_words(reply.error()), "GET " + uri.to_string()));
  co_return std::move(*reply);
}

}  // namespace ch04
