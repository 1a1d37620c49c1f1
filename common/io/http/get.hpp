// get.hpp -- http::get(url): one GET request over TCP, and its reply.
//
//   const auto reply = co_await http::get("http://127.0.0.1:8080/posts/1");
//   if (!reply) println(reply.error().message());     // "GET http://...: connect to ...: Connection refused"
//   else if (reply->is_success()) println(reply->body);
//
// A new connection for each. Redirections (3xx) are replies like others: nobody follows them. There is no
// limit of time: timeout(3s, http::get(url)) has one. exchange() is the part behind the connection: for a
// stream of any kind.
//
// What happens when: sockets, see common/io/bytes.hpp; a host's name is looked up on the blocking pool.
// Cancelling: dropping it closes the connection.
// Errors: IoError, with the URL: the system's, the lookup's, or http::Errc.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/check.hpp"
#include "common/future/async.hpp"
#include "common/io/http/message_reader.hpp"
#include "common/io/http/name_lookup.hpp"
#include "common/io/http/url.hpp"
#include "common/io/tcp_stream.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

// Sends the request and reads its reply. The stream outlives it.
template <class Stream>
[[nodiscard]] Async<IoResult<Response>> exchange(Stream& stream, Request request, Limits limits = {}) {
  constexpr int kMostInterim = 8;
  const std::string text = request.to_text();
  const auto sent = co_await stream.write_all(text);
  if (!sent) co_return std::unexpected(sent.error());
  MessageReader<Response, Stream> replies(stream, limits);
  for (int interim = 0; interim <= kMostInterim; ++interim) {
    auto reply = co_await replies.next();
    if (!reply) co_return std::unexpected(reply.error());
    if (!*reply) co_return async::detail::io_failure(make_error_code(Errc::no_reply), "read a reply");
    Response& response = **reply;
    if (response.status >= 200) co_return std::move(response);
    if (response.status == 101)
      co_return async::detail::io_failure(make_error_code(Errc::unasked_upgrade), "read a reply");
  }
  co_return async::detail::io_failure(make_error_code(Errc::too_many_interim), "read a reply");
}

namespace detail {

// To the first that answers: a name may have several addresses.
// Errors: that of the last one. There is at least one.
[[nodiscard]] inline Async<IoResult<TcpStream>> connect_to_one_of(std::vector<SocketAddress> addresses) {
  ASYNC_CHECK(!addresses.empty(), "a connection is made to one of some addresses, not of none");
  std::optional<IoError> refused;
  for (const SocketAddress& address : addresses) {
    auto stream = co_await TcpStream::connect(address);
    if (stream) co_return stream;
    refused = stream.error();
  }
  co_return std::unexpected(*refused);
}

[[nodiscard]] inline std::unexpected<IoError> get_failure(const std::string& url, const std::string& more,
                                                          const IoError& error) {
  return async::detail::io_failure(error.code(), "GET " + url + more);
}

}  // namespace detail

[[nodiscard]] inline Async<IoResult<Response>> get(std::string url, Limits limits = {}) {
  const auto to = Url::parse(url);
  if (!to) co_return std::unexpected(to.error());
  const auto addresses = co_await look_up(to->host(), to->port());
  if (!addresses) co_return detail::get_failure(url, ": look up \"" + to->host() + "\"", addresses.error());

  auto stream = co_await detail::connect_to_one_of(*addresses);
  if (!stream)
    co_return detail::get_failure(url, ": connect to " + addresses->back().to_string(), stream.error());
  auto reply = co_await exchange(*stream, Request::get(*to), limits);
  if (!reply) co_return detail::get_failure(url, "", reply.error());
  co_return reply;
}

}  // namespace async::inline ASYNC_FLAVOUR::http
