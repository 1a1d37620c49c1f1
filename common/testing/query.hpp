// query.hpp -- Query: which parameters a mock asks for; RequestTarget: a request's path and parameters.
//
//   Query::all_of({{"page", "2"}, {"sort", "name"}})     // each of them, among others
//   Query::any_of({{"page", "2"}, {"page", "3"}})        // at least one of them
//   Query()                                              // whatever there is
//
// What is compared is what was meant: "%20" and "+" are a space.
// Thread safety: values. Errors: std::invalid_argument for a query of no parameters.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/io/http/text.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Query {
 public:
  using Parameter = std::pair<std::string, std::string>;
  using Parameters = std::vector<Parameter>;

  Query() = default;
  [[nodiscard]] static Query all_of(Parameters parameters) { return Query(Kind::all, std::move(parameters)); }
  [[nodiscard]] static Query any_of(Parameters parameters) { return Query(Kind::any, std::move(parameters)); }

  [[nodiscard]] bool matches(const Parameters& came) const {
    const auto has = [&](const Parameter& each) { return std::ranges::find(came, each) != came.end(); };
    switch (kind_) {
      case Kind::all: return std::ranges::all_of(parameters_, has);
      case Kind::any: return std::ranges::any_of(parameters_, has);
      case Kind::whatever: break;
    }
    return true;
  }

  // " with all of page=2, sort=name"; nothing for whatever there is.
  [[nodiscard]] std::string to_string() const {
    if (kind_ == Kind::whatever) return "";
    std::string text = kind_ == Kind::all ? " with all of " : " with any of ";
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      text += (i == 0 ? "" : ", ") + parameters_[i].first + "=" + parameters_[i].second;
    }
    return text;
  }

 private:
  enum class Kind : std::uint8_t { whatever, all, any };

  Query(Kind kind, Parameters parameters) : kind_(kind), parameters_(std::move(parameters)) {
    if (parameters_.empty()) throw std::invalid_argument("a query to match has at least one parameter");
  }

  Kind kind_ = Kind::whatever;
  Parameters parameters_;
};

// Of a request's first line: "/path?a=1&b=2".
struct RequestTarget {
  std::string path;
  Query::Parameters parameters;

  [[nodiscard]] static RequestTarget parse(std::string_view text) {
    RequestTarget target;
    const auto mark = text.find('?');
    target.path = text.substr(0, mark);
    std::string_view rest = mark == text.npos ? std::string_view() : text.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      if (part.empty()) continue;
      const auto equals = part.find('=');
      target.parameters.emplace_back(decoded(part.substr(0, equals)),
                                     equals == part.npos ? "" : decoded(part.substr(equals + 1)));
    }
    return target;
  }

 private:
  // A % that is not followed by two hexadecimal digits stays as it is.
  static std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size() && http::is_hex_digit(text[i + 1]) &&
          http::is_hex_digit(text[i + 2])) {
        plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else {
        plain += text[i] == '+' ? ' ' : text[i];
      }
    }
    return plain;
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
