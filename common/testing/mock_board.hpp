// mock_board.hpp -- MockBoard: which answers a mock server has, and what it was asked.
//
// Thread safety: every function from any thread. Lifetime: shared by the server, its connections and its
// mocks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/io/http/message.hpp"
#include "common/testing/query.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class MockBoard {
 public:
  struct Endpoint {
    std::string method, path;
    Query query;
    http::Response answer;
    std::size_t expected = 1;
    std::size_t calls = 0;

    [[nodiscard]] std::string to_string() const { return method + " " + path + query.to_string(); }
  };

  // The number by which it is known.
  std::size_t add(Endpoint endpoint) {
    auto known = known_.lock();
    known->endpoints.push_back(std::move(endpoint));
    return known->endpoints.size() - 1;
  }

  // Counts the request, and gives its answer.
  [[nodiscard]] http::Response answer(const http::Request& request) {
    const RequestTarget target = RequestTarget::parse(request.target);
    auto known = known_.lock();
    Endpoint* chosen = nullptr;
    for (Endpoint& each : known->endpoints) {
      if (each.method != request.method || each.path != target.path || !each.query.matches(target.parameters))
        continue;
      chosen = &each;
      if (each.calls < each.expected) break;
    }
    if (chosen != nullptr) {
      ++chosen->calls;
      return chosen->answer;
    }
    known->unmatched.push_back(request.method + " " + request.target);
    return http::Response(501, "Not Implemented", "no mock for " + known->unmatched.back() + "\n");
  }

  // Something came that is no request, or no connection could be accepted.
  void add_unmatched(std::string what) { known_.lock()->unmatched.push_back(std::move(what)); }
  [[nodiscard]] std::vector<std::string> unmatched() const { return known_.lock()->unmatched; }

  [[nodiscard]] std::size_t calls(std::size_t number) const { return known_.lock()->endpoints[number].calls; }

  // What is wrong if it should have been called so often, by default as often as it expects; nothing if it
  // was.
  [[nodiscard]] std::optional<std::string> wrong(std::size_t number, std::optional<std::size_t> times) const {
    auto known = known_.lock();
    const Endpoint& endpoint = known->endpoints[number];
    const std::size_t expected = times.value_or(endpoint.expected);
    if (endpoint.calls == expected) return std::nullopt;
    std::string text = "expected: " + in_words(expected) + " of " + endpoint.to_string() +
                       "\n  came:     " + in_words(endpoint.calls) + "\n";
    for (std::size_t i = 0; i < known->endpoints.size(); ++i) {
      const Endpoint& other = known->endpoints[i];
      if (i != number) text += "  and:      " + in_words(other.calls) + " of " + other.to_string() + "\n";
    }
    if (known->unmatched.empty()) text += "  nothing came that fits no mock\n";
    for (const std::string& each : known->unmatched) text += "  fits no mock: " + each + "\n";
    return text;
  }

 private:
  struct Known {
    std::vector<Endpoint> endpoints;
    std::vector<std::string> unmatched;
  };

  static std::string in_words(std::size_t calls) {
    return calls == 0 ? "no call" : calls == 1 ? "1 call" : std::to_string(calls) + " calls";
  }

  mutable base::Locked<Known> known_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail
