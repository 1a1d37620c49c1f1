// fields.hpp -- http::Fields: the header lines of a message, in their order. Names are compared without case.
//
// Thread safety: a value. Errors: std::invalid_argument for a name or value that would break the message in
// two.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/io/http/text.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

class Fields {
 public:
  using Field = std::pair<std::string, std::string>;

  Fields() = default;

  void add(std::string name, std::string value) {
    if (!is_token(name) || !is_one_line(value)) {
      throw std::invalid_argument("a header's name is a word, and its value one line: not " + name + ": " +
                                  value);
    }
    all_.emplace_back(std::move(name), std::move(value));
  }

  // The first of this name; null if there is none.
  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto found = std::ranges::find_if(all_, [&](const Field& each) { return is_named(each, name); });
    return found == all_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [&](const Field& each) { return is_named(each, name); }));
  }

  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

  // As they are sent: a line each.
  [[nodiscard]] std::string to_text() const {
    std::string text;
    for (const auto& [name, value] : all_) text += name + ": " + value + "\r\n";
    return text;
  }

 private:
  static bool is_named(const Field& field, std::string_view name) {
    return equal_ignoring_case(field.first, name);
  }

  std::vector<Field> all_;
};

}  // namespace async::inline ASYNC_FLAVOUR::http
